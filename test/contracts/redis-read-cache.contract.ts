import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { createRedisReadCache } from '../../src/adapters/redis/read-cache.ts';
import type { Redis } from '../../src/adapters/redis/redis.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import type { RedisWorld } from '../support/redis-world.ts';
import { until } from '../support/until.ts';
import { numbers } from './fan-out.contract.ts';

const ids = createIds(systemClock, systemRandom);

export const cacheOf = (
  redis: Redis,
  name: string = randomUUID(),
  onError: (error: unknown) => void = assert.ifError,
) =>
  createRedisReadCache<string>(
    {
      name,
      isShared: true,
      ttlMs: 60_000,
      staleMs: 60_000,
      missingTtlMs: 60_000,
      maxEntries: 100,
      maxMissing: 100,
      maxLoads: 50,
      maxGuesses: 50,
    },
    { redis, clock: systemClock, random: systemRandom, ids, onError },
  );

/** What read caches promise that the instances of a system share, besides what each promises by itself. */
export function readCacheContract(name: string, world: RedisWorld): void {
  describe(`the read cache by ${name}`, { timeout: 60_000 }, () => {
    const pair = async () => {
      const shared = randomUUID();
      return [
        cacheOf(await world.connect(), shared),
        cacheOf(await world.connect(), shared),
        cacheOf(await world.connect(), shared),
      ] as const;
    };

    it('gives every instance byte for byte what the first one loaded', async () => {
      const caches = await pair();
      const text = JSON.stringify({ 이름: '공연 \u2028 "\\ \ud800', list: [1.5, null, 1e21] });
      let loads = 0;
      for (const cache of caches)
        for (const _ of numbers(2))
          assert.equal(
            await cache.get('a', () => {
              loads += 1;
              return Promise.resolve(text);
            }),
            text,
          );
      assert.equal(loads, 1);
    });

    it('a crowd at every instance costs one load', async () => {
      const caches = await pair();
      const gate = Promise.withResolvers<void>();
      let loads = 0;
      const load = async () => {
        loads += 1;
        await gate.promise;
        return 'value';
      };
      const crowd = caches.flatMap((cache) => numbers(100).map(() => Promise.resolve(cache.get('a', load))));
      await until(() => loads > 0);
      gate.resolve();
      assert.deepEqual(new Set(await Promise.all(crowd)), new Set(['value']));
      assert.equal(loads, 1);
    });

    it('what was invalidated at one instance is loaded again, also past a load that began before', async () => {
      const [one, two, three] = await pair();
      const gate = Promise.withResolvers<string>();
      let isLoading = false;
      const old = one.get('a', () => {
        isLoading = true;
        return gate.promise;
      });
      await until(() => isLoading);
      await two.invalidate('a');
      gate.resolve('old');
      assert.equal(await old, 'old', 'who asked before is answered');
      assert.equal(await three.get('a', () => Promise.resolve('new')), 'new');
    });

    it('what is missing, and what fails to load, takes no value from others', async () => {
      const [one, two] = await pair();
      assert.equal(await one.get('none', () => Promise.resolve(undefined)), undefined);
      assert.equal(await two.get('none', () => Promise.reject(new Error('asked again'))), undefined);
      await assert.rejects(
        Promise.resolve(one.get('bad', () => Promise.reject(new Error('no')))),
        /^Error: no$/,
      );
      assert.equal(await two.get('bad', () => Promise.resolve('good')), 'good');
    });

    it('loads for itself while Redis is away', async () => {
      const redis = await world.connect();
      const failures: unknown[] = [];
      const cache = cacheOf(redis, randomUUID(), (error) => void failures.push(error));
      await redis.lifecycle.stop();
      assert.equal(await cache.get('a', () => Promise.resolve('value')), 'value');
      await cache.invalidate('a');
      assert.equal(await cache.get('a', () => Promise.resolve('next')), 'next');
      assert.ok(failures.length > 0);
    });
  });
}
