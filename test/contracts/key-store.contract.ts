import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KeyStore, StoredKey } from '../../src/platform/auth/tokens/key-store.ts';

const START = Date.UTC(2026, 0, 1);

function key(kid: string, signsFrom: number): StoredKey {
  return {
    kid,
    publicJwk: { kty: 'EC', crv: 'P-256', x: `x-${kid}`, y: `y-${kid}` },
    privateSealed: Buffer.from(`sealed ${kid}`),
    createdAt: signsFrom - 5,
    signsFrom,
  };
}

const retirement = (at: number) => ({ signsUntil: at, verifiesUntil: at + 1_000 });

/** What every key store promises. */
export function keyStoreContract(
  name: string,
  withStore: (run: (store: KeyStore) => Promise<void>) => Promise<void>,
) {
  describe(`key store: ${name}`, () => {
    it('is empty at first', () =>
      withStore(async (store) => {
        assert.deepEqual(await store.load(), []);
      }));

    it('gives back what was added, in the order of signing', () =>
      withStore(async (store) => {
        assert.equal(await store.add(key('a', START), undefined, retirement(START)), true);
        assert.equal(await store.add(key('b', START + 9), 'a', retirement(START + 9)), true);
        assert.deepEqual(await store.load(), [
          { ...key('a', START), ...retirement(START + 9) },
          key('b', START + 9),
        ]);
      }));

    it('adds nothing after another key than the newest, and retires nobody then', () =>
      withStore(async (store) => {
        await store.add(key('a', START), undefined, retirement(START));
        await store.add(key('b', START + 1), 'a', retirement(START + 1));
        const before = await store.load();
        assert.equal(await store.add(key('c', START + 2), 'a', retirement(START + 2)), false);
        assert.equal(await store.add(key('c', START + 2), undefined, retirement(START + 2)), false);
        assert.equal(await store.add(key('c', START + 2), 'unknown', retirement(START + 2)), false);
        assert.deepEqual(await store.load(), before);
      }));

    it('lets one of many win that add at once', () =>
      withStore(async (store) => {
        const first = ['a', 'b', 'c', 'd'].map((kid, i) =>
          store.add(key(kid, START + i), undefined, retirement(START)),
        );
        assert.equal((await Promise.all(first)).filter(Boolean).length, 1);
        const [winner] = await store.load();
        const second = ['e', 'f', 'g', 'h'].map((kid, i) =>
          store.add(key(kid, START + 10 + i), winner!.kid, retirement(START + 10)),
        );
        assert.equal((await Promise.all(second)).filter(Boolean).length, 1);
        assert.equal((await store.load()).length, 2);
      }));

    it('prunes the keys whose last token has ended, and no others', () =>
      withStore(async (store) => {
        await store.add(key('a', START), undefined, retirement(START));
        await store.add(key('b', START + 1), 'a', retirement(START + 1));
        await store.prune(START + 1_000);
        assert.equal((await store.load()).length, 2, 'its tokens end a millisecond later');
        await store.prune(START + 1_001);
        assert.deepEqual(
          (await store.load()).map(({ kid }) => kid),
          ['b'],
        );
      }));
  });
}
