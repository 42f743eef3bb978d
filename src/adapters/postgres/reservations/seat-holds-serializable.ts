import type { SeatHolds } from '../../../modules/reservations/index.ts';
import { readAnswer, singleParameters } from './single-hold.ts';
import { createSingleHolds, type SingleHoldsOptions } from './single-holds.ts';

const HOLD = {
  name: 'hold-seats-serializable',
  text: 'select hold_seats_serializable($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as answer',
};

/**
 * Serializable: look whether the seats are free, write, and leave it to PostgreSQL's SERIALIZABLE isolation to find
 * those that collided. The shortest to write, as it has neither a lock nor a condition.
 *
 * Cost: three round trips (begin, the function, commit) and one commit, also for a loser; PostgreSQL keeps predicate
 * locks of everything that was read. Who collides does all of it again.
 *
 * Fails when: many meet. They are run again up to 50 times each, then answered 503 `overloaded`; also people who want
 * different seats can collide, as predicate locks are of pages where rows stand close together. An earlier system, which
 * did not repeat, answered 16 of 100.
 */
export function createSerializableSeatHolds(options: SingleHoldsOptions): SeatHolds {
  return createSingleHolds(
    'serializable',
    async (query, request, at) =>
      readAnswer(await query.query<{ answer: string }>(HOLD, singleParameters(request, at))),
    { ...options, isSerializable: true },
  );
}
