import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { createRedisRegistry } from '../../src/adapters/redis/instance-registry.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { RedisWorld } from '../support/redis-world.ts';
import { until } from '../support/until.ts';

const TTL_MS = 600;

/** What a registry promises that instances announce themselves in. */
export function instanceRegistryContract(name: string, world: RedisWorld): void {
  describe(`instances by leases in ${name}`, { timeout: 60_000 }, () => {
    const open = async () => {
      const redis = await world.connect();
      const registry = createRedisRegistry({
        redis,
        clock: systemClock,
        ttlMs: TTL_MS,
        onError: () => undefined,
      });
      return { redis, registry };
    };
    const is = (expected: readonly string[]) => (found: readonly string[]) =>
      found.join() === expected.join();

    it('are listed while they say so, taken off when they stop, and known again after a flush', async () => {
      const [one, two] = [await open(), await open()];
      const [first, second] = ['http://10.0.0.1:8081', 'http://10.0.0.2:8081'];
      const here = one.registry.announce(() => first);
      const there = two.registry.announce(() => second);
      after(() => Promise.all([here.stop(), there.stop()]));
      await here.start();
      await there.start();
      assert.deepEqual(await one.registry.list(), [first, second]);
      await one.redis.command('instances', 'api', ['DEL']);
      await until(() => two.registry.list(), is([first, second]));
      await here.stop();
      assert.deepEqual(await two.registry.list(), [second]);
    });

    it('that were killed are forgotten when their time is over', async () => {
      const [one, two] = [await open(), await open()];
      const origin = 'http://10.0.0.3:8081';
      const killed = one.registry.announce(() => origin);
      after(() => killed.stop());
      await killed.start();
      assert.ok((await two.registry.list()).includes(origin));
      // Its connection is gone, so that it says nothing more.
      await one.redis.lifecycle.stop();
      await until(async () => !(await two.registry.list()).includes(origin));
    });
  });
}
