import type { HoldRequest, SeatHolds } from '../../../modules/reservations/index.ts';
import type { Queryable } from '../database.ts';
import { SEAT_STATUS } from '../seating/seat-status.ts';
import { readAnswer, singleParameters } from './single-hold.ts';
import { createSingleHolds, type SingleHoldsOptions } from './single-holds.ts';

const READ = {
  name: 'read-seats',
  text: `select seat_no, epoch, status = ${SEAT_STATUS.sold} or (status = ${SEAT_STATUS.held} and expires_at > $3) as live
    from seat_hold where performance_id = $1 and seat_no = any ($2::integer[])`,
};

const HOLD = {
  name: 'hold-seats-optimistic',
  text: 'select hold_seats_optimistic($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) as answer',
};

type SeatRead = { seat_no: number; epoch: number; live: boolean };

/**
 * Optimistic: read the seats without a lock, write on the condition that their epoch is still the one that
 * was read, and begin again if it is not. One request, two round trips, one commit; one trip for a loser.
 */
export function createOptimisticSeatHolds(options: SingleHoldsOptions): SeatHolds {
  return createSingleHolds(
    'optimistic',
    async (query, request, at) => {
      const seats = await readSeats(query, request, at);
      const taken = seats.filter(({ live }) => live).map((seat) => seat.seat_no);
      return taken.length > 0 ? taken : write(query, request, seats, at);
    },
    options,
  );
}

/** The seats that were ever held, without a lock. */
export function readSeats(
  query: Queryable,
  { seatNos, performanceId }: HoldRequest,
  at: number,
): Promise<readonly SeatRead[]> {
  return query.query<SeatRead>(READ, [performanceId, `{${seatNos.join()}}`, new Date(at)]);
}

async function write(query: Queryable, request: HoldRequest, seats: readonly SeatRead[], at: number) {
  const read = new Map(seats.map((seat) => [seat.seat_no, seat.epoch]));
  const epochs = request.seatNos.map((seatNo) => read.get(seatNo) ?? 0);
  const condition = [`{${epochs.join()}}`, Math.max(...epochs) + 1];
  return readAnswer(
    await query.query<{ answer: string }>(HOLD, [...singleParameters(request, at), ...condition]),
  );
}
