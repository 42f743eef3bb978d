import type { Ids } from '../../../kernel/ids.ts';
import type { Random } from '../../../kernel/random.ts';
import type { Checkout, Payment, PaymentOutcome, PaymentRequest } from '../../../modules/payments/index.ts';
import { decidePayment, paymentEvents } from '../../../modules/payments/index.ts';
import { SYSTEM_ACCOUNTS } from '../../../modules/points/index.ts';
import { ticketCode } from '../../../modules/tickets/index.ts';
import { type DomainEvent, newEvent } from '../../../platform/events/event.ts';
import { resultRecord } from '../../../platform/idempotency/ports.ts';
import type { Database, Queryable } from '../database.ts';
import { appendEvents, type CommitNotice } from '../events/outbox.ts';
import { saveResults } from '../idempotency/idempotency-store.ts';
import type { ReservationRow } from '../reservations/reservation-row.ts';
import { RESERVATION_STATUS } from '../reservations/reservation-status.ts';
import { SEAT_STATUS } from '../seating/seat-status.ts';

/**
 * Takes the points and confirms the reservations of a batch in one transaction: seven round trips for up
 * to some hundred payments, whatever their number.
 *
 * Locks are taken in the order of the house: reservations by id, seats by (performance, seat), balances
 * by account; then everything is decided in memory on locked rows and written by one statement.
 */
export function createCheckout(database: Database, hint: CommitNotice, tickets: TicketMaking): Checkout {
  return {
    async pay(batch) {
      const outcomes = await database.transaction((tx) => payLocked(tx, tickets, batch));
      hint.committed();
      return outcomes;
    },
  };
}

/** What new tickets get their ids and codes from: how many are issued shows only under lock. */
export type TicketMaking = { readonly ids: Ids; readonly random: Random };

type LockedReservation = Omit<ReservationRow, 'prices' | 'created_at' | 'updated_at'>;

type Situation = {
  readonly reservations: ReadonlyMap<string, LockedReservation>;
  readonly heldSeats: ReadonlyMap<string, number>;
  readonly balances: ReadonlyMap<string, number>;
  readonly payments: ReadonlyMap<string, Payment>;
};

async function payLocked(
  tx: Queryable,
  tickets: TicketMaking,
  batch: readonly PaymentRequest[],
): Promise<readonly PaymentOutcome[]> {
  const situation = await lockSituation(tx, batch);
  const outcomes = batch.map((request) => decide(request, situation));
  const paid = batch.flatMap((request, index) => {
    const outcome = outcomes[index];
    const reservation = situation.reservations.get(request.purpose.id);
    return outcome?.ok && !outcome.value.repeated && reservation ? [{ request, reservation }] : [];
  });
  if (paid.length > 0) {
    await writePaid(tx, paid, { ...tickets, balances: situation.balances });
    await appendEvents(tx, paid.map(succeededEvent));
  }
  await saveResults(
    tx,
    batch.flatMap(({ saveTo }, index) => {
      const outcome = outcomes[index];
      return saveTo && outcome?.ok ? [resultRecord(saveTo, outcome.value)] : [];
    }),
  );
  return outcomes;
}

async function lockSituation(tx: Queryable, batch: readonly PaymentRequest[]): Promise<Situation> {
  const ids = batch.map((request) => request.purpose.id);
  const reservations = await tx.query<LockedReservation>(LOCK_RESERVATIONS, [ids]);
  const held = await tx.query<{ reservation_id: string; seats: number }>(LOCK_SEATS, [ids]);
  const balances = await tx.query<{ account_id: string; balance: number }>(LOCK_BALANCES, [
    batch.map((request) => request.accountId),
  ]);
  const confirmed = reservations
    .filter((row) => row.status === RESERVATION_STATUS.confirmed)
    .map((row) => row.id);
  const payments = confirmed.length > 0 ? await tx.query<PaymentRow>(FIND_PAYMENTS, [confirmed]) : [];
  return {
    reservations: new Map(reservations.map((row) => [row.id, row])),
    heldSeats: new Map(held.map((row) => [row.reservation_id, row.seats])),
    balances: new Map(balances.map((row) => [row.account_id, row.balance])),
    payments: new Map(payments.map((row) => [row.purpose_id, toPayment(row)])),
  };
}

function decide(request: PaymentRequest, situation: Situation): PaymentOutcome {
  const row = situation.reservations.get(request.purpose.id);
  const decision = decidePayment(
    row && {
      reservation: {
        accountId: row.account_id,
        status: RESERVATION_STATUS.nameOf(row.status),
        amount: row.amount,
        expiresAt: row.expires_at.getTime(),
        seatCount: row.seat_nos.length,
      },
      seatsStillHeld: situation.heldSeats.get(row.id) ?? 0,
      balance: situation.balances.get(request.accountId) ?? 0,
    },
    request.accountId,
    request.now,
  );
  if ('ok' in decision || !row)
    return 'ok' in decision ? decision : { ok: false, code: 'reservation_not_found' };
  const earlier = situation.payments.get(row.id);
  const repeated = decision.kind === 'paid-already';
  if (repeated && !earlier) throw new Error(`reservation ${row.id} is confirmed without a payment`);
  return {
    ok: true,
    value: { payment: earlier ?? newPayment(request, row), performanceId: row.performance_id, repeated },
  };
}

function newPayment(request: PaymentRequest, row: LockedReservation): Payment {
  return {
    id: request.paymentId,
    purpose: request.purpose,
    accountId: request.accountId,
    method: 'points',
    amount: row.amount,
    status: 'succeeded',
    createdAt: request.now,
  };
}

type Paid = { readonly request: PaymentRequest; readonly reservation: LockedReservation };

async function writePaid(
  tx: Queryable,
  paid: readonly Paid[],
  { ids, random, balances }: TicketMaking & Pick<Situation, 'balances'>,
): Promise<void> {
  const tickets = paid.flatMap(({ reservation }) =>
    reservation.seat_nos.map((seatNo) => ({ id: ids.next(), code: ticketCode(random), seatNo, reservation })),
  );
  await tx.query(WRITE_PAID, [
    paid.map(({ reservation }) => reservation.id),
    paid.map(({ request }) => request.accountId),
    paid.map(({ request }) => request.paymentId),
    paid.map(({ request }) => request.transferId),
    paid.map(({ reservation }) => reservation.amount),
    paid.map(({ request, reservation }) => (balances.get(request.accountId) ?? 0) - reservation.amount),
    paid.map(({ request }) => new Date(request.now)),
    tickets.map((ticket) => ticket.id),
    tickets.map((ticket) => ticket.code),
    tickets.map((ticket) => ticket.seatNo),
    tickets.map((ticket) => ticket.reservation.id),
  ]);
}

function succeededEvent({ request, reservation }: Paid): DomainEvent {
  const data = {
    reservationId: reservation.id,
    performanceId: reservation.performance_id,
    accountId: reservation.account_id,
    seatNos: [...reservation.seat_nos],
    epoch: reservation.epoch,
    paymentId: request.paymentId,
    amount: reservation.amount,
    method: 'points' as const,
  };
  const { now: occurredAt, trace } = request;
  return newEvent(paymentEvents['payment.succeeded'], data, { occurredAt, trace });
}

type PaymentRow = {
  id: string;
  purpose: 'reservation';
  purpose_id: string;
  account_id: string;
  amount: number;
  status: Payment['status'];
  created_at: Date;
};

function toPayment(row: PaymentRow): Payment {
  return {
    id: row.id,
    purpose: { kind: row.purpose, id: row.purpose_id },
    accountId: row.account_id,
    method: 'points',
    amount: row.amount,
    status: row.status,
    createdAt: row.created_at.getTime(),
  };
}

const LOCK_RESERVATIONS = {
  name: 'checkout_lock_reservations',
  text: `select id, performance_id, account_id, seat_nos, epoch, amount, status, expires_at
    from reservation where id = any($1::uuid[]) order by id for update`,
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
    select reservation_id, count(*)::int as seats from locked
    where status = ${SEAT_STATUS.held} group by reservation_id`,
};

const LOCK_BALANCES = {
  name: 'checkout_lock_balances',
  text: 'select account_id, balance from point_balance where account_id = any($1::uuid[]) order by account_id for update',
};

const FIND_PAYMENTS = {
  name: 'checkout_find_payments',
  text: `select id, purpose, purpose_id, account_id, amount, status, created_at
    from payment where purpose = 'reservation' and purpose_id = any($1::uuid[]) and status = 'succeeded'`,
};

// Every part touches rows of its own, all locked above, so their order within the statement is free.
// A free reservation (amount 0) moves no points and needs no balance.
const WRITE_PAID = {
  name: 'checkout_write_paid',
  text: `with paid as (
      select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::bigint[], $7::timestamptz[])
        as p(reservation_id, account_id, payment_id, transfer_id, amount, balance_after, at)),
    confirmed as (
      update reservation r set status = ${RESERVATION_STATUS.confirmed}, updated_at = paid.at
      from paid where r.id = paid.reservation_id
      returning r.id, r.performance_id, r.seat_nos, r.epoch),
    sold as (
      update seat_hold c set status = ${SEAT_STATUS.sold}
      from (select id, performance_id, epoch, unnest(seat_nos) as seat_no from confirmed) s
      where c.performance_id = s.performance_id and c.seat_no = s.seat_no
        and c.reservation_id = s.id and c.epoch = s.epoch),
    taken as (
      update point_balance b set balance = b.balance - paid.amount
      from paid where b.account_id = paid.account_id and paid.amount > 0),
    entered as (
      insert into point_entry (id, transfer_id, account_id, kind, amount, balance_after, reference, created_at)
      select transfer_id, transfer_id, account_id, 'payment', -amount, balance_after, payment_id, at from paid where amount > 0
      union all
      select transfer_id, transfer_id, '${SYSTEM_ACCOUNTS.sales}', 'payment', amount, null, payment_id, at from paid where amount > 0),
    recorded as (
      insert into payment (id, purpose, purpose_id, account_id, method, amount, status, created_at, updated_at)
      select payment_id, 'reservation', reservation_id, account_id, 'points', amount, 'succeeded', at, at from paid)
    insert into ticket (id, reservation_id, performance_id, account_id, seat_no, code, issued_at)
    select t.id, paid.reservation_id, r.performance_id, paid.account_id, t.seat_no, t.code, paid.at
    from unnest($8::uuid[], $9::text[], $10::int[], $11::uuid[]) as t(id, code, seat_no, reservation_id)
    join paid using (reservation_id)
    join reservation r on r.id = paid.reservation_id`,
};
