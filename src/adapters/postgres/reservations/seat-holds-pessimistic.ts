import type { SeatHolds } from '../../../modules/reservations/index.ts';
import { readAnswer, singleParameters } from './single-hold.ts';
import { createSingleHolds, type SingleHoldsOptions } from './single-holds.ts';

const HOLD = {
  name: 'hold-seats-pessimistic',
  text: 'select hold_seats_pessimistic($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as answer',
};

/**
 * Pessimistic: lock the rows of the seats (`for update`), look whether they are free, write. One request, one
 * round trip, one commit.
 */
export function createPessimisticSeatHolds(options: SingleHoldsOptions): SeatHolds {
  return createSingleHolds(
    'pessimistic',
    async (query, request, at) => {
      return readAnswer(await query.query<{ answer: string }>(HOLD, singleParameters(request, at)));
    },
    options,
  );
}
