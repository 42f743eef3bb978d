import { Fault } from '../../../kernel/faults.ts';
import type {
  IdempotencyRef,
  IdempotencyStore,
  SavedAnswer,
  StoredAnswer,
} from '../../../platform/idempotency/ports.ts';
import type { Queryable } from '../database.ts';
import { isUniqueViolation } from '../errors.ts';

/** An answer with the key it belongs to. */
export type AnswerRecord = IdempotencyRef & StoredAnswer;

const INSERT = `insert into idempotency_record (scope, key, fingerprint, status, body, created_at)
  select scope, key, decode(fingerprint, 'hex'), status, body, now()
  from json_to_recordset($1::json)
    as r (scope uuid, key text, fingerprint text, status smallint, body text)`;

const SAVE_WITH_EFFECT = { name: 'save-answers', text: INSERT };

/**
 * Saves answers in the transaction of their effects: both are there after a crash, or neither.
 *
 * @throws Fault `idempotency_conflict` when a key is taken: another request with it, perhaps on another
 *   instance, was faster, and this transaction must not happen. It is not retryable, so that a
 *   micro-batch splits and only the late request fails; the HTTP layer then answers that one with what
 *   the faster one saved.
 */
export async function saveAnswers(tx: Queryable, records: readonly AnswerRecord[]): Promise<void> {
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

function toJson(records: readonly AnswerRecord[]): string {
  return JSON.stringify(
    records.map((record) => ({
      scope: record.scope,
      key: record.key,
      fingerprint: record.fingerprint.toString('hex'),
      status: record.status,
      body: record.body,
    })),
  );
}

const FIND = {
  name: 'find-answers',
  text: `select a.scope, a.key, a.fingerprint, a.status, a.body
    from unnest($1::uuid[], $2::text[]) as k (scope, key)
    join idempotency_record a on a.scope = k.scope and a.key = k.key`,
};

const SAVE = { name: 'save-refusals', text: `${INSERT} on conflict do nothing` };

type AnswerRow = { scope: string; key: string; fingerprint: Buffer; status: number; body: string };

/** Answers that had no effect to be saved with, and the look-up of all of them. */
export function createIdempotencyStore(database: Queryable): IdempotencyStore {
  return {
    find: (refs) => find(database, refs),
    async save(records) {
      await database.query(SAVE, [toJson(records)]);
      // Asked afterwards, in a statement of its own: it sees what a faster request has committed.
      const answers = await find(database, records);
      return records.map((record, index) => answers[index] ?? record);
    },
  };
}

async function find(
  database: Queryable,
  refs: readonly IdempotencyRef[],
): Promise<readonly (SavedAnswer | undefined)[]> {
  const rows = await database.query<AnswerRow>(FIND, [
    refs.map((ref) => ref.scope),
    refs.map((ref) => ref.key),
  ]);
  const bySlot = new Map(rows.map((row) => [`${row.scope} ${row.key}`, row]));
  return refs.map((ref) => bySlot.get(`${ref.scope} ${ref.key}`));
}
