import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { RedisLimits } from '../../src/adapters/redis/limits.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { RedisWorld } from '../support/redis-world.ts';
import { until } from '../support/until.ts';
import { numbers } from './fan-out.contract.ts';

export const DELAY = { name: 'delay', free: 3, firstDelayMs: 60_000, delayMsMax: 600_000, keptMs: 600_000 };

/** What limits promise that the instances of a system share. */
export function limitsContract(name: string, world: RedisWorld): void {
  describe(`limits by ${name}`, { timeout: 60_000 }, () => {
    const instances = async (onError: (error: unknown) => void = assert.ifError) => {
      const open = async () => {
        const redis = await world.connect();
        const shared = new RedisLimits({ redis, clock: systemClock, onError });
        await shared.lifecycle.start();
        after(() => shared.lifecycle.stop());
        return { redis, shared };
      };
      return [await open(), await open()] as const;
    };

    it('a key that has had its burst at one instance gets no more at another', async () => {
      const [one, two] = await instances();
      const options = { name: randomUUID(), perMinute: 1, burst: 20 };
      const [first, second] = [one.shared.rate(options), two.shared.rate(options)];
      for (const _ of numbers(20)) assert.equal(first.take('a'), 0);
      assert.ok(first.take('a') > 0);
      let granted = 0;
      await until(() => {
        const waitMs = second.take('a');
        if (waitMs === 0) granted += 1;
        return waitMs > 0;
      });
      assert.ok(granted <= 20, `${granted} were granted besides`);
      assert.equal(second.take('b'), 0, 'other keys are not touched');
    });

    it('failed attempts count wherever they were made, until one is right', async () => {
      const [one, two] = await instances();
      const options = { ...DELAY, name: randomUUID() };
      const [first, second] = [one.shared.growingDelay(options), two.shared.growingDelay(options)];
      for (const _ of numbers(3)) assert.equal(first.take('a'), 0);
      assert.ok(first.take('a') > 0);
      // The first one there is granted before it is known what happened elsewhere.
      second.take('a');
      await until(() => second.take('a') > 0);
      first.clear('a');
      await until(() => second.take('a') === 0);
    });

    it('while Redis is away each instance limits alone, and never not at all', async () => {
      const failures: unknown[] = [];
      const [one] = await instances((error) => failures.push(error));
      const rate = one.shared.rate({ name: randomUUID(), perMinute: 1, burst: 5 });
      await one.redis.lifecycle.stop();
      for (const _ of numbers(5)) assert.equal(rate.take('a'), 0);
      assert.ok(rate.take('a') > 0);
      await until(() => failures.length > 0);
    });
  });
}
