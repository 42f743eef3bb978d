import type { SeatHolds } from '../../../modules/reservations/index.ts';
import { SEAT_STATUS } from '../seating/seat-status.ts';
import { readAnswer, seatParameters } from './single-claim.ts';
import { createSingleHolds, type SingleHoldsOptions } from './single-holds.ts';

const READ_LIVE = {
  name: 'read-live-seats',
  text: `select seat_no from seat_claim where performance_id = $1 and seat_no = any ($2::integer[])
    and (status = ${SEAT_STATUS.sold} or (status = ${SEAT_STATUS.held} and expires_at > $3))`,
};

const READ_HAD = { name: 'read-seats-had', text: 'select seats_had($1, $2, $3) as had' };

const WRITE = {
  name: 'claim-seats-unguarded',
  text: 'select claim_seats_unguarded($1, $2, $3, $4, $5, $6, $7, $8, $9) as answer',
};

/**
 * BROKEN ON PURPOSE, for the lab: check, then write, in two steps with nothing between them that would hold
 * what was checked. This is how most shops begin, and it works in every test with one user at a time.
 *
 * Fails when: two requests check the same seat before either writes. Both write, both are told that they
 * have it, and the invariants of `cli -- check` find two live owners. The configuration refuses it in
 * production mode.
 */
export function createBrokenSeatHolds(options: SingleHoldsOptions): SeatHolds {
  return createSingleHolds(
    'broken',
    async (query, request, at) => {
      const { performanceId, accountId, seatNos, limitPerPerson, holdTtlMs, trace } = request;
      const now = new Date(at);
      const live = await query.query<{ seat_no: number }>(READ_LIVE, [
        performanceId,
        `{${seatNos.join()}}`,
        now,
      ]);
      if (live.length > 0) return live.map((seat) => seat.seat_no);
      const [row] = await query.query<{ had: number }>(READ_HAD, [accountId, performanceId, now]);
      if (row!.had + seatNos.length > limitPerPerson) return { had: row!.had };
      const tail = [holdTtlMs, trace ?? null, now];
      return readAnswer(await query.query<{ answer: string }>(WRITE, [...seatParameters(request), ...tail]));
    },
    options,
  );
}
