import type { Clock } from '../../../kernel/clock.ts';
import { type HoldExpiry, reservationEvents } from '../../../modules/reservations/index.ts';
import { newEvent } from '../../../platform/events/event.ts';
import type { Database } from '../database.ts';
import { appendEvents, type CommitNotice } from '../events/outbox.ts';
import { SEAT_STATUS } from '../seating/seat-status.ts';
import type { ReservationRow } from './reservation-row.ts';
import { RESERVATION_STATUS } from './reservation-status.ts';

/**
 * Ends lapsed holds: one statement for a batch, and one for its events. Reservations that somebody else has locked (a payment, a
 * cancellation, another process that sweeps) are passed over and come again; seats are locked in key order
 * like everywhere. A seat that was taken over in the meantime has another owner and epoch, and stays as it is.
 *
 * When idle it reads the index on the time of lapse, a few pages, and writes nothing.
 */
export function createHoldExpiry(options: {
  readonly database: Database;
  readonly clock: Clock;
  readonly hint: CommitNotice;
}): HoldExpiry {
  const { database, clock, hint } = options;
  return {
    async expire({ since, limit }) {
      const now = clock.now();
      const from = since === undefined ? null : new Date(since);
      const expired = await database.transaction(async (tx) => {
        const rows = await tx.query<ExpiredRow>(EXPIRE, [new Date(now), from, limit]);
        await appendEvents(
          tx,
          rows.map((row) => expiredEvent(row, now)),
        );
        return rows.length;
      });
      if (expired > 0) hint.committed();
      return expired;
    },
  };
}

type ExpiredRow = Pick<ReservationRow, 'id' | 'performance_id' | 'account_id' | 'seat_nos' | 'epoch'>;

function expiredEvent(row: ExpiredRow, occurredAt: number) {
  const data = {
    reservationId: row.id,
    performanceId: row.performance_id,
    accountId: row.account_id,
    seatNos: row.seat_nos,
    epoch: row.epoch,
  };
  return newEvent(reservationEvents['reservation.expired'], data, { occurredAt });
}

const EXPIRE = {
  name: 'expire-holds',
  text: `with lapsed as materialized (
      select id, performance_id, account_id, seat_nos, epoch from reservation
      where status = ${RESERVATION_STATUS.held} and expires_at <= $1
        and expires_at > coalesce($2::timestamptz, '-infinity')
      limit $3 for update skip locked
    ), ended as (
      update reservation r set status = ${RESERVATION_STATUS.expired}, updated_at = $1
      from lapsed l where r.id = l.id
    ), owned as materialized (
      select c.performance_id, c.seat_no
      from (select id, performance_id, epoch, unnest(seat_nos) as seat_no from lapsed) l
      join seat_hold c on c.performance_id = l.performance_id and c.seat_no = l.seat_no
      where c.reservation_id = l.id and c.epoch = l.epoch and c.status = ${SEAT_STATUS.held}
      order by c.performance_id, c.seat_no
      for update of c
    ), freed as (
      update seat_hold c set status = ${SEAT_STATUS.free}
      from owned o where c.performance_id = o.performance_id and c.seat_no = o.seat_no
    )
    select id, performance_id, account_id, seat_nos, epoch from lapsed`,
};
