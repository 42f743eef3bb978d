import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryReadCache } from '../../src/adapters/memory/read-cache.ts';
import { createManualClock } from '../../src/kernel/clock.ts';
import { createSeededRandom } from '../../src/kernel/random.ts';
import { readCacheContract } from './read-cache.contract.ts';

readCacheContract('memory', (options, deps) => Promise.resolve(createMemoryReadCache(options, deps)));

test('the memory cache answers without a promise once it knows, and forgets the least used at its bound', async () => {
  const deps = { clock: createManualClock(), random: createSeededRandom(1) };
  const cache = createMemoryReadCache<number>(
    {
      name: 'bound',
      ttlMs: 1_000,
      staleMs: 0,
      missingTtlMs: 0,
      maxEntries: 2,
      maxMissing: 2,
      maxLoads: 10,
      maxGuesses: 10,
    },
    deps,
  );
  const loadOf = (value: number) => () => Promise.resolve(value);
  await cache.get('a', loadOf(1));
  await cache.get('b', loadOf(2));
  assert.equal(cache.get('a', loadOf(0)), 1);
  await cache.get('c', loadOf(3));
  assert.equal(cache.get('a', loadOf(0)), 1);
  assert.ok(cache.get('b', loadOf(4)) instanceof Promise);
});
