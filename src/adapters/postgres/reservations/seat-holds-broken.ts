import type { SeatHolds } from '../../../modules/reservations/index.ts';
import { SEAT_STATUS } from '../seating/seat-status.ts';
import { readAnswer, seatParameters } from './single-hold.ts';
import { createSingleHolds, type SingleHoldsOptions } from './single-holds.ts';

const READ_LIVE = {
  name: 'read-live-seats',
  text: `select seat_no from seat_hold where performance_id = $1 and seat_no = any ($2::integer[])
    and (status = ${SEAT_STATUS.sold} or (status = ${SEAT_STATUS.held} and expires_at > $3))`,
};

const READ_HAD = { name: 'read-seats-had', text: 'select seats_had($1, $2, $3) as had' };

/** Writes whatever the seats are by now. It is no function of the schema, so that no database can hold one. */
const WRITE = {
  name: 'hold-seats-unguarded',
  text: `with request as materialized (
      select $1::uuid as id, $2::uuid as performance, $3::uuid as account, $4::integer[] as seats, $5::bigint[] as prices,
        $6::bigint as amount, $9::timestamptz + $7::bigint * interval '1 millisecond' as expiry, $8::text as trace,
        $9::timestamptz as at,
        (select coalesce(max(epoch), 0) + 1 from seat_hold where performance_id = $2 and seat_no = any ($4)) as top
    ), written as (
      insert into seat_hold (performance_id, seat_no, epoch, status, reservation_id, expires_at)
      select performance, seat_no, top, ${SEAT_STATUS.held}, id, expiry from request, unnest(seats) as seat_no order by seat_no
      on conflict (performance_id, seat_no) do update
        set epoch = excluded.epoch, status = excluded.status, reservation_id = excluded.reservation_id,
          expires_at = excluded.expires_at
    )
    select top::text as answer, record_reservation(id, performance, account, seats, prices, amount, top, expiry, trace, at)
    from request`,
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
