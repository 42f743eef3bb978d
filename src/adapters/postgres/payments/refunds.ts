import { SYSTEM_ACCOUNTS } from '../../../modules/points/index.ts';
import type { Queryable } from '../database.ts';

export type Refund = { readonly reservationId: string; readonly transferId: string; readonly now: Date };

/**
 * Gives back what was paid for these reservations, inside the transaction that cancels them: payments
 * become refunded, the points return to the buyers, the tickets are void. A reservation without a
 * succeeded payment is passed over, so that a repeated call refunds nothing twice.
 *
 * The caller holds the locks of the reservations and their seats (order of the house).
 * @returns the amount refunded by reservation id; absent where there was nothing to refund
 */
export async function refundReservations(
  tx: Queryable,
  refunds: readonly Refund[],
): Promise<ReadonlyMap<string, number>> {
  if (refunds.length === 0) return new Map();
  const parameters = [
    refunds.map((refund) => refund.reservationId),
    refunds.map((refund) => refund.transferId),
    refunds.map((refund) => refund.now),
  ];
  await tx.query(LOCK_BUYERS, [parameters[0]]);
  const rows = await tx.query<{ reservation_id: string; amount: number }>(REFUND, parameters);
  return new Map(rows.map((row) => [row.reservation_id, row.amount]));
}

// Balances are locked in the order of their accounts before any changes.
const LOCK_BUYERS = {
  name: 'refund_lock_buyers',
  text: `select b.account_id from point_balance b
    where b.account_id in (select account_id from payment
      where purpose = 'reservation' and purpose_id = any($1::uuid[]) and status = 'succeeded')
    order by b.account_id for update`,
};

// A buyer may get several refunds in one batch: the running sum gives each entry its balance after.
const REFUND = {
  name: 'refund_reservations',
  text: `with wanted as (
      select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as w(reservation_id, transfer_id, at)),
    refunded as (
      update payment p set status = 'refunded', updated_at = w.at
      from wanted w where p.purpose = 'reservation' and p.purpose_id = w.reservation_id and p.status = 'succeeded'
      returning p.id, p.purpose_id as reservation_id, p.account_id, p.amount, w.transfer_id, w.at),
    voided as (
      update ticket t set status = 'void' from refunded r
      where t.reservation_id = r.reservation_id and t.status = 'valid'),
    numbered as (
      select r.*, b.balance + sum(r.amount) over (partition by r.account_id order by r.transfer_id) as balance_after
      from refunded r join point_balance b on b.account_id = r.account_id
      where r.amount > 0),
    given as (
      update point_balance b set balance = b.balance + s.amount
      from (select account_id, sum(amount) as amount from refunded group by account_id) s
      where b.account_id = s.account_id),
    entered as (
      insert into point_entry (id, transfer_id, account_id, kind, amount, balance_after, reference, created_at)
      select transfer_id, transfer_id, account_id, 'refund', amount, balance_after, id, at from numbered
      union all
      select transfer_id, transfer_id, '${SYSTEM_ACCOUNTS.sales}', 'refund', -amount, null, id, at from numbered)
    select reservation_id, amount from refunded`,
};
