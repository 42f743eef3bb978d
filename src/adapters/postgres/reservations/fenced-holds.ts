import type { HoldOutcome, HoldRequest } from '../../../modules/reservations/index.ts';
import { readSeats } from './seat-holds-optimistic.ts';
import { readAnswer, singleParameters } from './single-hold.ts';
import { decideBy, type SingleHoldsOptions } from './single-holds.ts';

const HOLD = {
  name: 'hold-seats-fenced',
  text: 'select hold_seats_fenced($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) as answer',
};

/** How the seats of a request stand, read without a lock. */
export type SeatsSeen = {
  /** Those that have a live owner, ascending. */
  readonly taken: readonly number[];
  /** The highest epoch that any of them has had. */
  readonly epoch: number;
};

/** What strategies that decide in Redis ask of PostgreSQL, which has the last word. */
export type FencedHolds = {
  look(request: HoldRequest): Promise<SeatsSeen>;
  /** @throws Fault that can be repeated, where a seat has had a number as high, or a live owner */
  hold(request: HoldRequest, fence: number): Promise<HoldOutcome>;
};

export function createFencedHolds(options: Pick<SingleHoldsOptions, 'database' | 'clock'>): FencedHolds {
  const { database, clock } = options;
  return {
    async look(request) {
      const seats = await readSeats(database, request, clock.now());
      return {
        taken: seats
          .filter(({ live }) => live)
          .map((seat) => seat.seat_no)
          .toSorted((a, b) => a - b),
        epoch: Math.max(0, ...seats.map((seat) => seat.epoch)),
      };
    },
    hold: (request, fence) =>
      decideBy(async (query, asked, at) => {
        const values = [...singleParameters(asked, at), fence];
        return readAnswer(await query.query<{ answer: string }>(HOLD, values));
      }, options)(request),
  };
}
