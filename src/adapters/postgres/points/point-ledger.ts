import {
  type ChargeOutcome,
  type ChargeRequest,
  checkCharge,
  type PointEntry,
  type PointLedger,
  type PointStanding,
  pointEvents,
  SYSTEM_ACCOUNTS,
} from '../../../modules/points/index.ts';
import { type DomainEvent, newEvent } from '../../../platform/events/event.ts';
import { resultRecord } from '../../../platform/idempotency/ports.ts';
import type { Database, Queryable } from '../database.ts';
import { appendEvents, type CommitNotice } from '../events/outbox.ts';
import { saveResults } from '../idempotency/idempotency-store.ts';

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
export function createPointLedger(database: Database, hint: CommitNotice): PointLedger {
  return {
    async charge(batch) {
      const outcomes = await database.transaction((tx) => chargeLocked(tx, batch));
      if (outcomes.some((outcome) => outcome.ok)) hint.committed();
      return outcomes;
    },

    async standing(accountId, monthStart) {
      const [row] = await database.query<PointStanding>(STANDING, [accountId, new Date(monthStart)]);
      return { balance: row?.balance ?? 0, charged: row?.charged ?? 0 };
    },

    async entries(accountId, page) {
      const rows = await database.query<EntryRow>(ENTRIES, [accountId, page.before ?? null, page.limit + 1]);
      return rows.map(toEntry);
    },
  };
}

type Written = Omit<ChargeRequest, 'monthStart' | 'limits'> & { readonly paymentId?: string };
type Charged = { readonly request: Written; readonly entry: PointEntry };

/** Locks the balances of these accounts, which are opened where they lack: charges of one person come in order. */
export async function lockBalances(
  tx: Queryable,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  await tx.query(OPEN_BALANCES, [accountIds]);
  const rows = await tx.query<{ account_id: string; balance: number }>(LOCK_BALANCES, [accountIds]);
  return new Map(rows.map((row) => [row.account_id, row.balance]));
}

/** What these accounts have charged in their month, or are about to by card. */
export async function chargedSince(
  tx: Queryable,
  requests: readonly Pick<ChargeRequest, 'accountId' | 'monthStart'>[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.query<{ account_id: string; charged: number }>(CHARGED_SINCE, [
    requests.map(({ accountId }) => accountId),
    requests.map(({ monthStart }) => new Date(monthStart)),
  ]);
  return new Map(rows.map((row) => [row.account_id, row.charged]));
}

/** Credits what was paid for by card, under the lock of `balance`. The limits held when the payment was opened. */
export function creditPaid(
  tx: Queryable,
  paid: Written & { readonly paymentId: string },
  balance: number,
): Promise<void> {
  return writeCharged(tx, [{ request: paid, entry: newEntry(paid, balance) }]);
}

/** Five statements for a batch, whatever its size. */
async function chargeLocked(tx: Queryable, batch: readonly ChargeRequest[]): Promise<ChargeOutcome[]> {
  const accountIds = batch.map((request) => request.accountId);
  const balanceOf = await lockBalances(tx, accountIds);
  const chargedOf = await chargedSince(tx, batch);
  const outcomes = batch.map((request): ChargeOutcome => {
    const { accountId, amount, limits } = request;
    // The month limits what people charge, not what managers give.
    const charged = request.credit ? 0 : (chargedOf.get(accountId) ?? 0);
    const refusal = checkCharge(amount, charged, limits);
    return refusal ?? { ok: true, value: newEntry(request, balanceOf.get(accountId) ?? 0) };
  });
  const charged = batch.flatMap((request, index) => {
    const outcome = outcomes[index];
    return outcome?.ok ? [{ request, entry: outcome.value }] : [];
  });
  if (charged.length > 0) await writeCharged(tx, charged);
  return outcomes;
}

function newEntry(request: Written, balance: number): PointEntry {
  return {
    id: request.entryId,
    kind: request.credit ? 'credit' : 'charge',
    amount: request.amount,
    balanceAfter: balance + request.amount,
    reference: request.paymentId ?? null,
    reason: request.credit?.reason ?? null,
    createdAt: request.now,
  };
}

async function writeCharged(tx: Queryable, charged: readonly Charged[]): Promise<void> {
  await tx.query(CHARGE, [
    charged.map(({ request }) => request.accountId),
    charged.map(({ request }) => request.amount),
    charged.map(({ request }) => request.entryId),
    charged.map(({ request }) => request.transferId),
    charged.map(({ entry }) => entry.balanceAfter),
    charged.map(({ request }) => new Date(request.now)),
    charged.map(({ entry }) => entry.kind),
    charged.map(({ entry }) => entry.reason),
    charged.map(({ entry }) => entry.reference),
  ]);
  await appendEvents(tx, charged.map(chargedEvent));
  await saveResults(
    tx,
    charged.flatMap(({ request: { saveTo }, entry }) => (saveTo ? [resultRecord(saveTo, entry)] : [])),
  );
}

function chargedEvent({ request, entry }: Charged): DomainEvent {
  const { accountId, amount, credit, now: occurredAt, trace } = request;
  const data = { accountId, amount, balanceAfter: entry.balanceAfter };
  const about = { occurredAt, trace };
  return credit
    ? newEvent(pointEvents['points.credited'], { ...data, ...credit }, about)
    : newEvent(pointEvents['points.charged'], { ...data, paymentId: entry.reference }, about);
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

/** What an account may be credited by card before long; an index has just those. */
function underWay(accountId: string): string {
  return `coalesce((select sum(p.amount) from payment p
      where p.account_id = ${accountId} and p.purpose = 'points' and p.status in ('requested', 'unknown')), 0)`;
}

const STANDING = {
  name: 'points_standing',
  text: `select (select balance from point_balance where account_id = $1) as balance,
      (coalesce(sum(amount), 0) + ${underWay('$1')})::bigint as charged
    from point_entry where account_id = $1 and kind = 'charge' and created_at >= $2`,
};

// In the order of accounts, like every lock on balances.
const OPEN_BALANCES = {
  name: 'points_open_balances',
  text: `insert into point_balance (account_id, balance)
    select account_id, 0 from unnest($1::uuid[]) as a (account_id) order by account_id
    on conflict do nothing`,
};

const LOCK_BALANCES = {
  name: 'points_lock_balances',
  text: `select account_id, balance from point_balance where account_id = any($1::uuid[])
    order by account_id for update`,
};

const CHARGED_SINCE = {
  name: 'points_charged_since',
  text: `select a.account_id, (${underWay('a.account_id')} + coalesce((select sum(e.amount) from point_entry e
      where e.account_id = a.account_id and e.kind = 'charge' and e.created_at >= a.since), 0))::bigint as charged
    from unnest($1::uuid[], $2::timestamptz[]) as a (account_id, since)`,
};

const CHARGE = {
  name: 'points_charge',
  text: `with charged as (
      select * from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[], $5::bigint[], $6::timestamptz[], $7::text[], $8::text[], $9::uuid[])
        as c (account_id, amount, entry_id, transfer_id, balance_after, at, kind, reason, reference)),
    entered as (
      insert into point_entry (id, transfer_id, account_id, kind, amount, balance_after, created_at, reason, reference)
      select entry_id, transfer_id, account_id, kind, amount, balance_after, at, reason, reference from charged
      union all
      select entry_id, transfer_id, '${SYSTEM_ACCOUNTS.issuance}', kind, -amount, null, at, reason, reference from charged)
    update point_balance b set balance = c.balance_after from charged c where b.account_id = c.account_id`,
};

const ENTRIES = {
  name: 'points_entries',
  text: `select id, kind, amount, balance_after, reference, reason, created_at from point_entry
    where account_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
};
