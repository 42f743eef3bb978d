import type { IdempotencyRef, IdempotencyStore, SavedAnswer } from '../../src/platform/idempotency/ports.ts';

/** Stored answers for tests of what stands above the port; nothing is durable, nothing is removed. */
export function createMemoryIdempotencyStore(): IdempotencyStore {
  const answers = new Map<string, SavedAnswer>();
  const slotOf = ({ scope, key }: IdempotencyRef) => `${scope} ${key}`;
  return {
    find: (refs) => Promise.resolve(refs.map((ref) => answers.get(slotOf(ref)))),
    save(records) {
      const kept = records.map((record) => {
        const { status, body, fingerprint } = record;
        const first = answers.get(slotOf(record)) ?? { status, body, fingerprint };
        answers.set(slotOf(record), first);
        return first;
      });
      return Promise.resolve(kept);
    },
  };
}
