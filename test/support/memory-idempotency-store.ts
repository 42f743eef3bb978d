import type { IdempotencyRef, IdempotencyStore, SavedResult } from '../../src/platform/idempotency/ports.ts';

/** Stored results for tests of what stands above the port; nothing is durable, nothing is removed. */
export function createMemoryIdempotencyStore(): IdempotencyStore {
  const results = new Map<string, SavedResult>();
  const slotOf = ({ scope, key }: IdempotencyRef) => `${scope} ${key}`;
  return {
    find: (refs) => Promise.resolve(refs.map((ref) => results.get(slotOf(ref)))),
    save(records) {
      const kept = records.map((record) => {
        const { result, fingerprint } = record;
        const first = results.get(slotOf(record)) ?? { result, fingerprint };
        results.set(slotOf(record), first);
        return first;
      });
      return Promise.resolve(kept);
    },
  };
}
