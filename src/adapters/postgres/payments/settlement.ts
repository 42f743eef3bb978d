import type {
  BeginConfirmation,
  CardPayments,
  Hold,
  HoldSituation,
  PaymentSituation,
  PaymentStep,
  Settled,
  SettlementStep,
} from '../../../modules/payments/index.ts';
import { decideSettlement, holdAt, purchaseAt } from '../../../modules/payments/index.ts';
import { pointEvents } from '../../../modules/points/index.ts';
import { type DomainEvent, newEvent } from '../../../platform/events/event.ts';
import type { Queryable } from '../database.ts';
import { appendEvents } from '../events/outbox.ts';
import { creditPaid, lockBalances } from '../points/point-ledger.ts';
import { type LockedReservation, lockHolds } from './locked-holds.ts';
import { PAYMENT_COLUMNS, type PaymentRow, toPayment } from './payment-row.ts';
import {
  type About,
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

/** A payment under lock, with what it pays for. */
export type LockedPayment = {
  readonly row: PaymentRow;
  /** Undefined for points, and where there is none any more. */
  readonly reservation: LockedReservation | undefined;
  readonly standing: Hold;
  readonly payableUntil: number | null;
  /** Of its buyer's points, for a payment that buys some; else 0. */
  readonly balance: number;
};

/** Locks what is paid for first, as everywhere; what a payment is for never changes. */
export async function lockPayment(
  tx: Queryable,
  paymentId: string,
  now: number,
): Promise<LockedPayment | undefined> {
  const [about] = await tx.query<Pick<PaymentRow, 'purpose' | 'purpose_id' | 'account_id'>>(PURPOSE_OF, [
    paymentId,
  ]);
  if (!about) return undefined;
  if (about.purpose === 'points') return lockPurchase(tx, paymentId, about.account_id, now);
  const holds = await lockHolds(tx, [about.purpose_id]);
  const [row] = await tx.query<PaymentRow>(LOCK_PAYMENT, [paymentId]);
  if (!row) return undefined;
  const reservation = holds.reservations.get(row.purpose_id);
  const standing = holdAt(holdOf(holds.situationOf(row.purpose_id)), now);
  return { row, reservation, standing, payableUntil: reservation?.expires_at.getTime() ?? null, balance: 0 };
}

async function lockPurchase(
  tx: Queryable,
  paymentId: string,
  accountId: string,
  now: number,
): Promise<LockedPayment | undefined> {
  const balances = await lockBalances(tx, [accountId]);
  const [row] = await tx.query<PaymentRow>(LOCK_PAYMENT, [paymentId]);
  if (!row) return undefined;
  const payableUntil = row.payable_until?.getTime() ?? null;
  const standing = purchaseAt({ status: row.status, payableUntil }, now);
  return { row, reservation: undefined, standing, payableUntil, balance: balances.get(accountId) ?? 0 };
}

function holdOf(situation: PaymentSituation | undefined): HoldSituation | undefined {
  return situation && { ...situation.reservation, seatsStillHeld: situation.seatsStillHeld };
}

/** Makes of a provider's answer what the rules say, in an open transaction: state, seats, tickets, events. */
export async function settleLocked(
  tx: Queryable,
  tickets: TicketMaking,
  { paymentId, answer, now, trace }: Parameters<CardPayments['settle']>[0],
): Promise<Settled | undefined> {
  const locked = await lockPayment(tx, paymentId, now);
  if (!locked) return undefined;
  const { row, reservation } = locked;
  const step = decideSettlement(row, locked.standing, answer);
  const performanceId = reservation?.performance_id;
  if (!step) return { payment: toPayment(row), performanceId, step };
  const about = { occurredAt: now, trace };
  const issue = step.to === 'succeeded' && reservation ? makeTickets(reservation, tickets) : undefined;
  if (issue) await sell(tx, issue, now);
  if (step.to === 'succeeded' && row.purpose === 'points') await credit(tx, locked, tickets, about);
  await moveTo(tx, row, step, now);
  const events = reservation ? eventsOf(row, step, reservation, about) : purchaseEvents(row, step, about);
  await appendEvents(tx, issue ? [...events, issuedEvent(issue, about)] : events);
  return { payment: toPayment({ ...row, status: step.to, reason: step.reason }), performanceId, step };
}

/** Under the lock of the balance. */
function credit(
  tx: Queryable,
  { row, balance }: LockedPayment,
  { ids }: TicketMaking,
  { occurredAt: now, trace }: About,
): Promise<void> {
  const { id: paymentId, account_id: accountId, amount } = row;
  const [entryId, transferId] = [ids.next(), ids.next()];
  return creditPaid(tx, { paymentId, accountId, amount, entryId, transferId, now, trace }, balance);
}

function sell(tx: Queryable, issue: Issue, now: number) {
  const { id, account_id: accountId } = issue.reservation;
  return tx.query(SELL, [id, accountId, new Date(now), ...ticketParameters([issue])]);
}

/**
 * Writes a transition that the rules have allowed, and when the provider is asked next because of it.
 * @param telling with the step to `unknown`: what the provider is told with, and when it is asked
 */
export async function moveTo(
  tx: Queryable,
  { id }: Pick<PaymentRow, 'id'>,
  { to, reason, isAskedAgain = false }: SettlementStep,
  now: number,
  telling?: Pick<BeginConfirmation, 'providerKey' | 'followUpAt'>,
): Promise<void> {
  const followUpAt = telling && new Date(telling.followUpAt);
  await tx.query(MOVE, [id, to, reason, new Date(now), telling?.providerKey, followUpAt, isAskedAgain]);
}

function eventsOf(
  row: PaymentRow,
  { to, reason }: SettlementStep,
  reservation: LockedReservation,
  about: About,
): readonly DomainEvent[] {
  const payment = toPayment(row);
  if (to === 'succeeded') return [succeededEvent(payment, reservation, about)];
  if (to === 'failed' || to === 'refunded') return [endedEvent(to, { payment, reservation, reason }, about)];
  return [];
}

/** What is told of points that are paid by card; that they were credited, the ledger tells. */
export function purchaseEvents(
  { id: paymentId, account_id: accountId, amount, purpose }: PaymentRow,
  { to, reason }: PaymentStep,
  about: About,
): readonly DomainEvent[] {
  const data = { accountId, paymentId, amount };
  if (purpose !== 'points') return [];
  if (to === 'requested') return [newEvent(pointEvents['points.charge-requested'], data, about)];
  if (to === 'failed') return [newEvent(pointEvents['points.charge-failed'], { ...data, reason }, about)];
  if (to === 'refunded') return [newEvent(pointEvents['points.charge-refunded'], { ...data, reason }, about)];
  return [];
}

const PURPOSE_OF = {
  name: 'payment_purpose_of',
  text: 'select purpose, purpose_id, account_id from payment where id = $1',
};

const LOCK_PAYMENT = {
  name: 'payment_lock',
  text: `select ${PAYMENT_COLUMNS} from payment p where p.id = $1 for update`,
};

const SELL = {
  name: 'payment_sell',
  text: `with paid as (select $1::uuid as reservation_id, $2::uuid as account_id, $3::timestamptz as at),
    ${CONFIRM_AND_SELL}
    ${issueTickets(4)}`,
};

// What is to be given back is due at once; what is asked again, when the claim ends or a callback has said. Times are
// taken before the locks are, and clocks differ: no step stands before the one that it follows.
const MOVE = {
  name: 'payment_move',
  text: `with stepped as (
      insert into payment_step (payment_id, status, reason, at)
      select id, $2::text, $3::text, greatest($4::timestamptz, updated_at) from payment where id = $1::uuid)
    update payment set status = $2, reason = $3, updated_at = greatest($4, updated_at), attempts = 0,
      last_error = null,
      paid_at = case $2 when 'succeeded' then $4 else paid_at end,
      provider_key = coalesce($5, provider_key), asked_at = case $2 when 'unknown' then $4 else asked_at end,
      follow_up_at = case when $2 = 'refunding' then $4 when $2 = 'unknown' then $6::timestamptz
        when $7::boolean then follow_up_at end
    where id = $1`,
};
