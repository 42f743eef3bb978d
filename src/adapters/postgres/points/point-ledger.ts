import {
  type ChargeRequest,
  checkCharge,
  type PointEntry,
  type PointLedger,
  SYSTEM_ACCOUNTS,
} from '../../../modules/points/index.ts';
import type { Database, Queryable } from '../database.ts';
import { appendEvents, type OutboxHint } from '../events/outbox.ts';
import { saveAnswers } from '../idempotency/idempotency-store.ts';

type EntryRow = {
  id: string;
  kind: PointEntry['kind'];
  amount: number;
  balance_after: number;
  reference: string | null;
  reason: string | null;
  created_at: Date;
};

/** Points in PostgreSQL; the balance row's lock puts one person's transfers in order. */
export function createPointLedger(database: Database, hint: OutboxHint): PointLedger {
  return {
    async charge(request) {
      const result = await database.transaction((tx) => chargeLocked(tx, request));
      if (result.ok) hint.committed();
      return result;
    },

    async balance(accountId) {
      const rows = await database.query<{ balance: number }>(BALANCE, [accountId]);
      return rows[0]?.balance ?? 0;
    },

    async entries(accountId, page) {
      const rows = await database.query<EntryRow>(ENTRIES, [accountId, page.before ?? null, page.limit + 1]);
      return rows.map(toEntry);
    },
  };
}

async function chargeLocked(tx: Queryable, request: ChargeRequest): ReturnType<PointLedger['charge']> {
  const at = new Date(request.now);
  const { credit } = request;
  await tx.query(OPEN_BALANCE, [request.accountId]);
  const [balanceRow] = await tx.query<{ balance: number }>(LOCK_BALANCE, [request.accountId]);
  // The month limits what people charge, not what managers give.
  const [monthRow] = credit
    ? []
    : await tx.query<{ charged: number }>(CHARGED_SINCE, [request.accountId, new Date(request.monthStart)]);
  const refusal = checkCharge(request.amount, monthRow?.charged ?? 0, request.limits);
  if (refusal) return refusal;
  const balanceAfter = (balanceRow?.balance ?? 0) + request.amount;
  await tx.query(CHARGE, [
    request.accountId,
    request.amount,
    request.entryId,
    request.transferId,
    balanceAfter,
    at,
    credit ? 'credit' : 'charge',
    credit?.reason ?? null,
  ]);
  await appendEvents(tx, [
    {
      type: credit ? 'points.credited' : 'points.charged',
      version: 1,
      key: request.accountId,
      occurredAt: request.now,
      ...(request.trace === undefined ? {} : { trace: request.trace }),
      data: { accountId: request.accountId, amount: request.amount, balanceAfter, ...credit },
    },
  ]);
  const entry: PointEntry = {
    id: request.entryId,
    kind: credit ? 'credit' : 'charge',
    amount: request.amount,
    balanceAfter,
    reference: null,
    reason: credit?.reason ?? null,
    createdAt: request.now,
  };
  if (request.idempotency) {
    await saveAnswers(tx, [{ ...request.idempotency.ref, ...request.idempotency.answer(entry) }]);
  }
  return { ok: true, value: entry };
}

function toEntry(row: EntryRow): PointEntry {
  return {
    id: row.id,
    kind: row.kind,
    amount: row.amount,
    balanceAfter: row.balance_after,
    reference: row.reference,
    reason: row.reason,
    createdAt: row.created_at.getTime(),
  };
}

const BALANCE = { name: 'points_balance', text: 'select balance from point_balance where account_id = $1' };

const OPEN_BALANCE = {
  name: 'points_open_balance',
  text: 'insert into point_balance (account_id, balance) values ($1, 0) on conflict do nothing',
};

const LOCK_BALANCE = {
  name: 'points_lock_balance',
  text: 'select balance from point_balance where account_id = $1 for update',
};

const CHARGED_SINCE = {
  name: 'points_charged_since',
  text: `select coalesce(sum(amount), 0)::bigint as charged from point_entry
    where account_id = $1 and kind = 'charge' and created_at >= $2`,
};

const CHARGE = {
  name: 'points_charge',
  text: `with entered as (
      insert into point_entry (id, transfer_id, account_id, kind, amount, balance_after, created_at, reason)
      values ($3, $4, $1, $7, $2::bigint, $5, $6, $8),
             ($3, $4, '${SYSTEM_ACCOUNTS.issuance}', $7, -($2::bigint), null, $6, $8))
    update point_balance set balance = $5 where account_id = $1`,
};

const ENTRIES = {
  name: 'points_entries',
  text: `select id, kind, amount, balance_after, reference, reason, created_at from point_entry
    where account_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
};
