import type { KeyStore, StoredKey } from '../../../src/platform/auth/tokens/key-store.ts';

/** Counts readings, and can be made to fail. */
export type MemoryKeyStore = KeyStore & { loads: number; isAway: boolean };

/** A key store for tests of what stands on it; the contract suite holds it to PostgreSQL's. */
export function createMemoryKeyStore(): MemoryKeyStore {
  let keys: readonly StoredKey[] = [];
  const store: MemoryKeyStore = {
    loads: 0,
    isAway: false,
    async load() {
      if (store.isAway) throw new Error('the store is away');
      store.loads++;
      return keys;
    },
    async add(key, after, retirement) {
      if (keys.at(-1)?.kid !== after) return false;
      keys = [...keys.map((old) => (old.kid === after ? { ...old, ...retirement } : old)), key];
      return true;
    },
    async prune(now) {
      keys = keys.filter((key) => key.verifiesUntil === undefined || key.verifiesUntil > now);
    },
  };
  return store;
}
