import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Answer, call } from '../../shared/api/call.ts';
import { newIdempotencyKey } from '../../shared/api/idempotency-key.ts';
import { useLive } from '../../shared/live/use-live.ts';

export type Reservation = Answer<'getReservation'>;
export type Status = Reservation['status'];

/** A reservation, followed until it ends. */
export function useReservation(id: string) {
  const queries = useQueryClient();
  const reservation = useQuery({
    queryKey: ['mine', 'reservation', id],
    queryFn: ({ signal }) => call('getReservation', { params: { id }, signal }),
  });
  const { data } = reservation;
  const isOver = data?.status === 'cancelled' || data?.status === 'expired';
  useLive({
    path: data && !isOver ? `/v1/reservations/${id}/stream` : undefined,
    isGuarded: true,
    onEvent: ({ event }) => {
      if (event === 'status') void queries.invalidateQueries({ queryKey: ['mine'] });
    },
  });
  return reservation;
}

/** Pays; however often it is asked for, once. */
export function usePayment(id: string) {
  const queries = useQueryClient();
  const [key] = useState(newIdempotencyKey);
  return useMutation({
    mutationFn: () => call('payReservation', { params: { id }, body: { method: 'points' }, key }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['mine'] }),
  });
}

/** Cancels a hold or a purchase; what was paid comes back. */
export function useCancellation(id: string) {
  const queries = useQueryClient();
  const [key] = useState(newIdempotencyKey);
  return useMutation({
    mutationFn: () => call('cancelReservation', { params: { id }, key }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['mine'] }),
  });
}
