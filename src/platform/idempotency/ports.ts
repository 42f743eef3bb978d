/** Where the answer to a write is kept: whose key, and for which request. */
export type IdempotencyRef = { readonly scope: string; readonly key: string; readonly fingerprint: Buffer };

/**
 * Idempotency-Key on writes (draft-ietf-httpapi-idempotency-key-header): same key and body, same stored
 * answer, also of a refusal; same key, other body, 422.
 *
 * Invariants:
 * - A success is stored by the use case, in the transaction of its effect (`idempotentWrite` travels down to
 *   the port), so that a crash leaves both or neither. What is sent is the very text that was stored.
 * - What had no effect, refusals first of all, is stored here before it is sent. Of two answers to one key
 *   the first stored wins, and the later request is answered with it: whichever instance it came to.
 * - 5xx and 429 are not stored: they say nothing of the request. The next one with the key runs anew.
 * - Within a process a second request waits for the first; across processes the database decides.
 */
export type StoredAnswer = { readonly status: number; readonly body: string };

/** What a use case saves beside its effect: where, and what to say when asked again. */
export type IdempotentWrite<T> = { readonly ref: IdempotencyRef; answer(value: T): StoredAnswer };

/** Port. Both methods take batches. */
export type IdempotencyStore = {
  find(refs: readonly IdempotencyRef[]): Promise<readonly (SavedAnswer | undefined)[]>;
  /** Keeps the first answer of a key and returns, for each record, the one that is kept. */
  save(records: readonly (IdempotencyRef & StoredAnswer)[]): Promise<readonly SavedAnswer[]>;
};

export type SavedAnswer = StoredAnswer & { readonly fingerprint: Buffer };

/** The store as requests use it, one key at a time (see `batchAnswers`). */
export type KeyedAnswers = {
  find(ref: IdempotencyRef): Promise<SavedAnswer | undefined>;
  save(record: IdempotencyRef & StoredAnswer): Promise<SavedAnswer>;
};
