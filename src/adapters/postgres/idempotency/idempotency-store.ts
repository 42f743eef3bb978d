import { Fault } from '../../../kernel/faults.ts';
import type {
  IdempotencyRef,
  IdempotencyStore,
  ResultRecord,
  SavedResult,
} from '../../../platform/idempotency/ports.ts';
import type { Queryable } from '../database.ts';
import { isUniqueViolation } from '../errors.ts';

const INSERT = `insert into idempotency_record (scope, key, fingerprint, result, created_at)
  select scope, key, decode(fingerprint, 'hex'), result, now()
  from json_to_recordset($1::json) as r (scope uuid, key text, fingerprint text, result text)`;

const SAVE_WITH_EFFECT = { name: 'save-results', text: INSERT };

/**
 * Saves results in the transaction of their effects: both are there after a crash, or neither.
 *
 * @throws Fault `idempotency_conflict` when a key is taken: another request with it, perhaps on another
 *   instance, was faster, and this transaction must not happen. It is not retryable, so that a
 *   micro-batch splits and only the late request fails; that one is then answered with what
 *   the faster one saved.
 */
export async function saveResults(tx: Queryable, records: readonly ResultRecord[]): Promise<void> {
  if (records.length === 0) return;
  try {
    await tx.query(SAVE_WITH_EFFECT, [toJson(records)]);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Fault('idempotency_conflict', 'another request with this Idempotency-Key was faster', {
      cause: error,
    });
  }
}

/** Takes back a result whose effect is undone by this transaction. */
export async function forgetResult(tx: Queryable, { scope, key }: IdempotencyRef): Promise<void> {
  await tx.query('delete from idempotency_record where scope = $1 and key = $2', [scope, key]);
}

function toJson(records: readonly ResultRecord[]): string {
  return JSON.stringify(
    records.map((record) => ({
      scope: record.scope,
      key: record.key,
      fingerprint: record.fingerprint.toString('hex'),
      result: record.result,
    })),
  );
}

const FIND = {
  name: 'find-results',
  text: `select a.scope, a.key, a.fingerprint, a.result
    from unnest($1::uuid[], $2::text[]) as k (scope, key)
    join idempotency_record a on a.scope = k.scope and a.key = k.key`,
};

const SAVE = { name: 'save-refusals', text: `${INSERT} on conflict do nothing` };

type ResultRow = { scope: string; key: string; fingerprint: Buffer; result: string };

/** Results that had no effect to be saved with, and the look-up of all of them. */
export function createIdempotencyStore(database: Queryable): IdempotencyStore {
  return {
    find: (refs) => find(database, refs),
    async save(records) {
      await database.query(SAVE, [toJson(records)]);
      // Asked afterwards, in a statement of its own: it sees what a faster request has committed.
      const kept = await find(database, records);
      return records.map((record, index) => kept[index] ?? record);
    },
  };
}

async function find(
  database: Queryable,
  refs: readonly IdempotencyRef[],
): Promise<readonly (SavedResult | undefined)[]> {
  const rows = await database.query<ResultRow>(FIND, [
    refs.map((ref) => ref.scope),
    refs.map((ref) => ref.key),
  ]);
  const bySlot = new Map(rows.map((row) => [`${row.scope} ${row.key}`, row]));
  return refs.map((ref) => bySlot.get(`${ref.scope} ${ref.key}`));
}
