import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Answer, call } from '../../shared/api/call.ts';
import { useLive } from '../../shared/live/use-live.ts';

export type Reservation = Answer<'getReservation'>;
export type Status = Reservation['status'];

/** A reservation, followed until it is over: a performance may be cancelled while its buyer looks. */
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
      if (event !== 'status') return;
      void queries.invalidateQueries({ queryKey: ['mine'] });
      void queries.invalidateQueries({ queryKey: ['performance', data?.performanceId] });
    },
    onWaiting: () => void reservation.refetch(),
  });
  return reservation;
}

/** Keeps the tickets of a postponed performance. */
export function useKeeping(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => call('answerPostponement', { params: { id }, body: { answer: 'keep' } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['mine'] }),
  });
}

/** Cancels a hold or a purchase; what was paid comes back. */
export function useCancellation(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => call('cancelReservation', { params: { id } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['mine'] }),
  });
}
