import { SYSTEM_ACCOUNTS } from '../../../modules/points/index.ts';
import type { DomainEvent } from '../../../platform/events/event.ts';
import type { Queryable } from '../database.ts';
import { endedEvent } from './selling.ts';

export type Refund = {
  readonly reservationId: string;
  readonly transferId: string;
  readonly now: Date;
  /** Of the payment's transition. */
  readonly reason: string;
};

/** What is given back; the event tells of money that is back already. */
export type Refunded = { readonly amount: number; readonly event: DomainEvent | undefined };

type RefundedRow = {
  reservation_id: string;
  amount: number;
  id: string;
  method: 'points' | 'card';
  status: 'refunding' | 'refunded';
  reason: string;
  account_id: string;
  performance_id: string;
  at: Date;
};

/**
 * Gives back what was paid for these reservations, inside the transaction that cancels them: the tickets are void;
 * points return to the buyers at once, and their payments become refunded; those by card become refunding, which
 * the follow-up carries out. A reservation without a succeeded payment is passed over, so that a repeated call refunds
 * nothing twice; a payment that is on its way is asked for now.
 *
 * The caller holds the locks of the reservations and their seats (order of the house), and saves the events.
 * @returns what is refunded by reservation id; absent where there was nothing to refund
 */
export async function refundReservations(
  tx: Queryable,
  refunds: readonly Refund[],
): Promise<ReadonlyMap<string, Refunded>> {
  if (refunds.length === 0) return new Map();
  const parameters = [
    refunds.map((refund) => refund.reservationId),
    refunds.map((refund) => refund.transferId),
    refunds.map((refund) => refund.now),
    refunds.map((refund) => refund.reason),
  ];
  await tx.query(LOCK_BUYERS, [parameters[0]]);
  const rows = await tx.query<RefundedRow>(REFUND, parameters);
  return new Map(rows.map((row) => [row.reservation_id, { amount: row.amount, event: refundedEvent(row) }]));
}

function refundedEvent(row: RefundedRow): DomainEvent | undefined {
  if (row.status !== 'refunded') return undefined;
  const { reservation_id: id, performance_id, account_id } = row;
  const ended = { payment: row, reservation: { id, performance_id, account_id }, reason: row.reason };
  return endedEvent('refunded', ended, { occurredAt: row.at.getTime() });
}

// Balances are locked in the order of their accounts before any changes.
const LOCK_BUYERS = {
  name: 'refund_lock_buyers',
  text: `select b.account_id from point_balance b
    where b.account_id in (select account_id from payment
      where purpose = 'reservation' and purpose_id = any($1::uuid[]) and status = 'succeeded' and paid_at is not null)
    order by b.account_id for update`,
};

// A buyer may get several refunds in one batch: the running sum gives each entry its balance after.
const REFUND = {
  name: 'refund_reservations',
  text: `with wanted as (
      select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[])
        as w(reservation_id, transfer_id, at, reason)),
    refunded as (
      update payment p set reason = w.reason, attempts = 0, last_error = null, updated_at = greatest(w.at, p.updated_at),
        status = case when p.method = 'card' and p.amount > 0 then 'refunding' else 'refunded' end,
        follow_up_at = case when p.method = 'card' and p.amount > 0 then w.at end
      from wanted w
      where p.purpose = 'reservation' and p.purpose_id = w.reservation_id and p.status = 'succeeded' and p.paid_at is not null
      returning p.id, p.purpose_id as reservation_id, p.account_id, p.amount, p.method, p.status, p.reason, w.transfer_id,
        w.at, p.updated_at),
    stepped as (
      insert into payment_step (payment_id, status, reason, at)
      select id, status, reason, updated_at from refunded where method = 'card'),
    hastened as (
      update payment p set follow_up_at = w.at from wanted w
      where p.purpose = 'reservation' and p.purpose_id = w.reservation_id and p.status = 'requested'),
    voided as (
      update ticket t set status = 'void' from refunded r
      where t.reservation_id = r.reservation_id and t.status = 'valid'),
    by_points as (select * from refunded where method = 'points' and amount > 0),
    numbered as (
      select r.*, b.balance + sum(r.amount) over (partition by r.account_id order by r.transfer_id) as balance_after
      from by_points r join point_balance b on b.account_id = r.account_id),
    given as (
      update point_balance b set balance = b.balance + s.amount
      from (select account_id, sum(amount) as amount from by_points group by account_id) s
      where b.account_id = s.account_id),
    entered as (
      insert into point_entry (id, transfer_id, account_id, kind, amount, balance_after, reference, created_at)
      select transfer_id, transfer_id, account_id, 'refund', amount, balance_after, id, at from numbered
      union all
      select transfer_id, transfer_id, '${SYSTEM_ACCOUNTS.sales}', 'refund', -amount, null, id, at from numbered)
    select f.reservation_id, f.amount, f.id, f.method, f.status, f.reason, f.account_id, f.at, r.performance_id
    from refunded f left join reservation r on r.id = f.reservation_id`,
};
