import type { Checkout, Payment, PaymentOutcome, PaymentRequest } from '../../../modules/payments/index.ts';
import { decidePayment } from '../../../modules/payments/index.ts';
import { SYSTEM_ACCOUNTS } from '../../../modules/points/index.ts';
import type { DomainEvent } from '../../../platform/events/event.ts';
import { resultRecord } from '../../../platform/idempotency/ports.ts';
import type { Database, Queryable } from '../database.ts';
import { appendEvents, type CommitNotice } from '../events/outbox.ts';
import { saveResults } from '../idempotency/idempotency-store.ts';
import { RESERVATION_STATUS } from '../reservations/reservation-status.ts';
import { type LockedHolds, type LockedReservation, lockHolds } from './locked-holds.ts';
import { FIND_PAID, type PaymentRow, toPayment } from './payment-row.ts';
import {
  CONFIRM_AND_SELL,
  endedEvent,
  type Issue,
  issuedEvent,
  issueTickets,
  makeTickets,
  succeededEvent,
  type TicketMaking,
  ticketParameters,
} from './selling.ts';

/**
 * Takes the points and confirms the reservations of a batch in one transaction: seven round trips for up
 * to some hundred payments, whatever their number. A payment by card that was only asked for is superseded.
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

type Situation = {
  readonly holds: LockedHolds;
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
    const reservation = situation.holds.reservations.get(request.purpose.id);
    if (!outcome?.ok || outcome.value.repeated || !reservation) return [];
    const { payment } = outcome.value;
    const superseded = situation.holds.situationOf(reservation.id)?.open;
    return [{ request, payment, issue: makeTickets(reservation, tickets), superseded }];
  });
  if (paid.length > 0) {
    await writePaid(tx, paid, situation.balances);
    await appendEvents(tx, paid.flatMap(paidEvents));
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
  const holds = await lockHolds(
    tx,
    batch.map((request) => request.purpose.id),
  );
  const balances = await tx.query<{ account_id: string; balance: number }>(LOCK_BALANCES, [
    batch.map((request) => request.accountId),
  ]);
  const confirmed = [...holds.reservations.values()]
    .filter((row) => row.status === RESERVATION_STATUS.confirmed)
    .map((row) => row.id);
  const payments = confirmed.length > 0 ? await tx.query<PaymentRow>(FIND_PAID, [confirmed]) : [];
  return {
    holds,
    balances: new Map(balances.map((row) => [row.account_id, row.balance])),
    payments: new Map(payments.map((row) => [row.purpose_id, toPayment(row)])),
  };
}

function decide(request: PaymentRequest, { holds, balances, payments }: Situation): PaymentOutcome {
  const { id } = request.purpose;
  const row = holds.reservations.get(id);
  const situation = holds.situationOf(id);
  const decision = decidePayment(
    situation && { ...situation, balance: balances.get(request.accountId) ?? 0 },
    request.accountId,
    request.now,
  );
  if ('ok' in decision) return decision;
  if (!row) return { ok: false, code: 'reservation_not_found' };
  const earlier = payments.get(row.id);
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
    reason: null,
    checkoutUrl: null,
    createdAt: request.now,
  };
}

type Paid = {
  readonly request: PaymentRequest;
  readonly payment: Payment;
  readonly issue: Issue;
  /** A payment by card that had been asked for. */
  readonly superseded: { readonly id: string } | undefined;
};

async function writePaid(
  tx: Queryable,
  paid: readonly Paid[],
  balances: Situation['balances'],
): Promise<void> {
  const reservations = paid.map(({ issue }) => issue.reservation);
  await tx.query(WRITE_PAID, [
    reservations.map(({ id }) => id),
    paid.map(({ request }) => request.accountId),
    paid.map(({ request }) => request.paymentId),
    paid.map(({ request }) => request.transferId),
    reservations.map(({ amount }) => amount),
    paid.map(({ request, issue }) => (balances.get(request.accountId) ?? 0) - issue.reservation.amount),
    paid.map(({ request }) => new Date(request.now)),
    ...ticketParameters(paid.map(({ issue }) => issue)),
  ]);
}

function paidEvents({ request, payment, issue, superseded }: Paid): readonly DomainEvent[] {
  const about = { occurredAt: request.now, trace: request.trace };
  const { reservation } = issue;
  const succeeded = [succeededEvent(payment, reservation, about), issuedEvent(issue, about)];
  if (!superseded) return succeeded;
  const { amount } = payment;
  const ended = { payment: { id: superseded.id, amount, method: 'card' as const }, reservation };
  return [endedEvent('failed', { ...ended, reason: 'superseded' }, about), ...succeeded];
}

const LOCK_BALANCES = {
  name: 'checkout_lock_balances',
  text: 'select account_id, balance from point_balance where account_id = any($1::uuid[]) order by account_id for update',
};

// A free reservation (amount 0) moves no points and needs no balance. What is superseded is still asked for once, when it
// was due: its money may come all the same.
const WRITE_PAID = {
  name: 'checkout_write_paid',
  text: `with paid as (
      select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::bigint[], $7::timestamptz[])
        as p(reservation_id, account_id, payment_id, transfer_id, amount, balance_after, at)),
    ${CONFIRM_AND_SELL},
    taken as (
      update point_balance b set balance = b.balance - paid.amount
      from paid where b.account_id = paid.account_id and paid.amount > 0),
    entered as (
      insert into point_entry (id, transfer_id, account_id, kind, amount, balance_after, reference, created_at)
      select transfer_id, transfer_id, account_id, 'payment', -amount, balance_after, payment_id, at from paid where amount > 0
      union all
      select transfer_id, transfer_id, '${SYSTEM_ACCOUNTS.sales}', 'payment', amount, null, payment_id, at from paid where amount > 0),
    superseded as (
      update payment p set status = 'failed', reason = 'superseded', updated_at = greatest(paid.at, p.updated_at)
      from paid where p.purpose = 'reservation' and p.purpose_id = paid.reservation_id and p.status = 'requested'
      returning p.id, p.updated_at as at),
    stepped as (
      insert into payment_step (payment_id, status, reason, at)
      select id, 'failed', 'superseded', at from superseded),
    recorded as (
      insert into payment (id, purpose, purpose_id, account_id, method, amount, status, created_at, updated_at, paid_at)
      select payment_id, 'reservation', reservation_id, account_id, 'points', amount, 'succeeded', at, at, at from paid)
    ${issueTickets(8)}`,
};
