/** One attempt at a write: whose key, and for which request. */
export type IdempotencyRef = { readonly scope: string; readonly key: string; readonly fingerprint: Buffer };

/**
 * Idempotency-Key on writes (draft-ietf-httpapi-idempotency-key-header): same key and request, same result, also a
 * refusal; same key, another request: refused.
 *
 * What is stored is the result of the use case as JSON, never an answer of some protocol. Every edge (HTTP, STOMP, the
 * request queue) makes its answer out of the result, the first time and each time after.
 *
 * Invariants:
 * - A success is stored in the transaction of its effect, so that a crash leaves both or neither. A `ResultSlot`
 *   travels down to the adapter for that, as plain data.
 * - What had no effect, refusals first of all, is stored before it is answered. Of two results of one key the first
 *   stored wins, and the later request is answered with it, whichever instance it came to.
 * - Refusals that pass (rate limits, things that are away) and surprises are not stored: they say nothing of the
 *   request. The next one with the key runs again.
 * - Within a process a second request waits for the first; across processes the database decides.
 * - A result holds no secret.
 */
export type ResultRecord = IdempotencyRef & {
  /** A `Result` as JSON; a refusal with the id of the request that was refused. */
  readonly result: string;
};

/** Where the result of an effect is to be stored, and what of it the caller knows beforehand. */
export type ResultSlot = { readonly ref: IdempotencyRef; readonly known?: object | undefined };

export type SavedResult = { readonly fingerprint: Buffer; readonly result: string };

/** Port. Both methods take batches. */
export type IdempotencyStore = {
  find(refs: readonly IdempotencyRef[]): Promise<readonly (SavedResult | undefined)[]>;
  /** Keeps the first result of a key and returns, for each record, the one that is kept. */
  save(records: readonly ResultRecord[]): Promise<readonly SavedResult[]>;
};

/**
 * What an adapter stores with its effect: a success with what the caller knew and what the effect adds. The use case
 * must return the same value.
 */
export function resultRecord({ ref, known }: ResultSlot, effect?: object): ResultRecord {
  const value = known || effect ? { ...known, ...effect } : undefined;
  return { ...ref, result: JSON.stringify({ ok: true, value }) };
}
