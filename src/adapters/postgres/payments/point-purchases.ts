import type { PurchaseOutcome } from '../../../modules/points/index.ts';
import { checkCharge, type PointPurchases, type PurchaseRequest } from '../../../modules/points/index.ts';
import type { Database, Queryable } from '../database.ts';
import { appendEvents, type CommitNotice } from '../events/outbox.ts';
import { chargedSince, lockBalances } from '../points/point-ledger.ts';
import { insertRequested } from './card-payments.ts';
import { PAYMENT_COLUMNS, type PaymentRow, toCardPayment, toPayment } from './payment-row.ts';
import { purchaseEvents } from './settlement.ts';

/** Payments by card for points in PostgreSQL. Locks: the balance, then the payment. */
export function createPointPurchases(database: Database, hint: CommitNotice): PointPurchases {
  return {
    async open(request) {
      const outcome = await database.transaction((tx) => openLocked(tx, request));
      hint.committed();
      return outcome;
    },
    async underWay(accountId) {
      const rows = await database.query<PaymentRow>(UNDER_WAY, [accountId]);
      return rows.map(toPayment);
    },
  };
}

/** What opens, confirms or settles a purchase of a person holds the lock of their balance. */
async function openLocked(tx: Queryable, request: PurchaseRequest): Promise<PurchaseOutcome> {
  const { accountId, amount, now, limits, provider, trace } = request;
  await lockBalances(tx, [accountId]);
  const [open] = await tx.query<PaymentRow>(FIND_OPEN, [accountId]);
  if (open?.status === 'unknown')
    return { ok: false, code: 'payment_in_progress', extra: { paymentId: open.id } };
  const isAlive = (open?.payable_until?.getTime() ?? 0) > now;
  if (open && isAlive && open.amount === amount && open.provider === provider)
    return { ok: true, value: { payment: toCardPayment(open), repeated: true } };
  const charged = (await chargedSince(tx, [request])).get(accountId) ?? 0;
  const refusal = checkCharge(amount, charged - (open?.amount ?? 0), limits);
  if (refusal) return refusal;
  const about = { occurredAt: now, trace };
  if (open) {
    await tx.query(SUPERSEDE, [open.id, new Date(now)]);
    await appendEvents(tx, purchaseEvents(open, { to: 'failed', reason: 'superseded' }, about));
  }
  const payableUntil = new Date(request.payableUntil);
  const row = await insertRequested(tx, {
    ...request,
    purpose: { kind: 'points', id: request.chargeId },
    payableUntil,
    followUpAt: payableUntil,
  });
  await appendEvents(tx, purchaseEvents(row, { to: 'requested', reason: 'requested' }, about));
  return { ok: true, value: { payment: toCardPayment(row), repeated: false } };
}

const FIND_OPEN = {
  name: 'payment_find_open_points',
  text: `select ${PAYMENT_COLUMNS} from payment p
    where p.account_id = $1 and p.purpose = 'points' and p.status in ('requested', 'unknown')`,
};

// It is still asked for once, when it was due: its money may come all the same.
const SUPERSEDE = {
  name: 'payment_supersede',
  text: `with superseded as (
      update payment set status = 'failed', reason = 'superseded', updated_at = greatest($2, updated_at)
      where id = $1 returning id, updated_at)
    insert into payment_step (payment_id, status, reason, at)
    select id, 'failed', 'superseded', updated_at from superseded`,
};

const UNDER_WAY = {
  name: 'payment_points_under_way',
  text: `select ${PAYMENT_COLUMNS} from payment p
    where p.account_id = $1 and p.purpose = 'points' and p.status in ('requested', 'unknown', 'refunding')
    order by p.id desc`,
};
