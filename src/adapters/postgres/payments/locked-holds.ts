import type { PaymentSituation } from '../../../modules/payments/index.ts';
import type { Queryable } from '../database.ts';
import type { ReservationRow } from '../reservations/reservation-row.ts';
import { RESERVATION_STATUS } from '../reservations/reservation-status.ts';
import { SEAT_STATUS } from '../seating/seat-status.ts';

export type LockedReservation = Omit<ReservationRow, 'prices' | 'created_at' | 'updated_at' | 'kept_for'> & {
  readonly is_called_off: boolean;
};

/** Reservations with their seats, locked until the end of the transaction, and how their payments stand. */
export type LockedHolds = {
  readonly reservations: ReadonlyMap<string, LockedReservation>;
  /** As the rules see it; undefined for one that does not exist. */
  situationOf(reservationId: string): PaymentSituation | undefined;
};

type SeatsRow = {
  reservation_id: string;
  seats: number;
  open_id: string | null;
  open_status: 'requested' | 'unknown' | null;
};

/**
 * Locks in the order of the house: reservations by id, seats by (performance, seat). What changes a payment of a
 * reservation holds the reservation's lock, so that what the second statement sees of payments stays true.
 */
export async function lockHolds(tx: Queryable, reservationIds: readonly string[]): Promise<LockedHolds> {
  const reservations = await tx.query<LockedReservation>(LOCK_RESERVATIONS, [reservationIds]);
  const seats = await tx.query<SeatsRow>(LOCK_SEATS, [reservationIds]);
  const byId = new Map(reservations.map((row) => [row.id, row]));
  const seatsOf = new Map(seats.map((row) => [row.reservation_id, row]));
  return {
    reservations: byId,
    situationOf(id) {
      const row = byId.get(id);
      const held = seatsOf.get(id);
      return row && situation(row, held);
    },
  };
}

function situation(row: LockedReservation, held: SeatsRow | undefined): PaymentSituation {
  return {
    reservation: {
      accountId: row.account_id,
      status: RESERVATION_STATUS.nameOf(row.status),
      amount: row.amount,
      expiresAt: row.expires_at.getTime(),
      seatCount: row.seat_nos.length,
      isCalledOff: row.is_called_off,
    },
    seatsStillHeld: held?.seats ?? 0,
    ...(held?.open_id && held.open_status ? { open: { id: held.open_id, status: held.open_status } } : {}),
  };
}

// A performance that was cancelled shows here, whatever a process remembers: what is confirmed was locked before the
// cancellation was committed, and is found by it.
const LOCK_RESERVATIONS = {
  name: 'checkout_lock_reservations',
  text: `select r.id, r.performance_id, r.account_id, r.seat_nos, r.epoch, r.amount, r.status, r.expires_at,
      exists (select from performance p where p.id = r.performance_id and p.cancelled_at is not null) as is_called_off
    from reservation r where r.id = any($1::uuid[]) order by r.id for update of r`,
};

// The locking select stands inside, because an aggregate cannot lock; its order is the order of locks. A seat
// that another has taken over since names that one and its epoch, and is left alone.
const LOCK_SEATS = {
  name: 'checkout_lock_seats',
  text: `with locked as (
      select c.reservation_id, c.status
      from (select id, performance_id, epoch, unnest(seat_nos) as seat_no
        from reservation where id = any($1::uuid[])) wanted
      join seat_hold c on c.performance_id = wanted.performance_id and c.seat_no = wanted.seat_no
      where c.reservation_id = wanted.id and c.epoch = wanted.epoch
      order by c.performance_id, c.seat_no
      for update of c)
    select h.reservation_id, h.seats, p.id as open_id, p.status as open_status
    from (select reservation_id, count(*)::int as seats from locked
      where status = ${SEAT_STATUS.held} group by reservation_id) h
    left join payment p on p.purpose = 'reservation' and p.purpose_id = h.reservation_id
      and p.status in ('requested', 'unknown')`,
};
