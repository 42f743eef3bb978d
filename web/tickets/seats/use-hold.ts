import { useMutation } from '@tanstack/react-query';
import { call } from '../../shared/api/call.ts';
import { ApiProblem, mayPass } from '../../shared/api/problem.ts';
import { navigate } from '../../shared/router/location.ts';
import { fillPath } from '../../shared/router/match.ts';
import { ticketPaths } from '../paths.ts';

export type HoldRequest = { readonly seatIds: readonly string[]; readonly pass: string | undefined };

const ATTEMPTS_MAX = 4;

/** Holds seats: all or none. An attempt whose answer was lost is repeated, and counts once. */
export function useHold(performanceId: string, onTaken: (seatIds: readonly string[]) => void) {
  return useMutation({
    async mutationFn({ seatIds, pass }: HoldRequest) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await call('reserveSeats', {
            body: { performanceId, seatIds: [...seatIds] },
            ...(pass === undefined ? {} : { headers: { 'room-pass': pass } }),
          });
        } catch (error) {
          if (attempt === ATTEMPTS_MAX || !mayPass(error)) throw error;
          await new Promise((resolve) => setTimeout(resolve, 400 * 2 ** attempt * Math.random()));
        }
      }
    },
    onSuccess: ({ id }) => navigate(fillPath(ticketPaths.reservation, { id })),
    onError(error, { seatIds }) {
      if (error instanceof ApiProblem && error.code === 'seat_taken') onTaken(takenOf(error, seatIds));
    },
  });
}

function takenOf({ body }: ApiProblem, asked: readonly string[]): readonly string[] {
  const { seats } = body;
  if (!Array.isArray(seats)) return asked;
  return seats.filter((seat): seat is string => typeof seat === 'string');
}
