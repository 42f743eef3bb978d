import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Answer, call } from '../../shared/api/call.ts';
import { useLive } from '../../shared/live/use-live.ts';

export type Reservation = Answer<'getReservation'>;
export type Status = Reservation['status'];

/** A reservation, followed until it is paid or over. */
export function useReservation(id: string) {
  const queries = useQueryClient();
  const reservation = useQuery({
    queryKey: ['mine', 'reservation', id],
    queryFn: ({ signal }) => call('getReservation', { params: { id }, signal }),
  });
  const { data } = reservation;
  // What is paid or over changes by the hand of its owner at most, and is asked for when the tab is seen again.
  const isUnderWay = data?.status === 'held' || data?.status === 'cancelling';
  useLive({
    path: isUnderWay ? `/v1/reservations/${id}/stream` : undefined,
    isGuarded: true,
    onEvent: ({ event }) => {
      if (event === 'status') void queries.invalidateQueries({ queryKey: ['mine'] });
    },
    onWaiting: () => void reservation.refetch(),
  });
  return reservation;
}

/** Cancels a hold or a purchase; what was paid comes back. */
export function useCancellation(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => call('cancelReservation', { params: { id } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['mine'] }),
  });
}
