import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createFencedHolds } from '../../src/adapters/postgres/reservations/fenced-holds.ts';
import { createHoldDecider, createSeatHolds } from '../../src/adapters/postgres/reservations/seat-holds.ts';
import type { Redis } from '../../src/adapters/redis/redis.ts';
import { createBulkSeatHolds } from '../../src/adapters/redis/seat-holds-bulk.ts';
import { createRedisLockSeatHolds } from '../../src/adapters/redis/seat-holds-lock.ts';
import { createRedisScriptSeatHolds } from '../../src/adapters/redis/seat-holds-script.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { UnavailableFault } from '../../src/kernel/faults.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import type { HoldRequest } from '../../src/modules/reservations/index.ts';
import { seatHoldsContract } from '../contracts/seat-holds.contract.ts';
import { useRedis } from '../support/redis-world.ts';
import { ReservationTestApp, type SeatHoldsFactory, wonBy } from '../support/reservations/test-app.ts';
import { until } from '../support/until.ts';

const TIMEOUT_MS = 60_000;
const ids = createIds(systemClock, systemRandom);
let redis: Redis;

const ignore = () => undefined;

/** Hears when PostgreSQL is about to decide, after Redis has. */
type Before = (request: HoldRequest) => Promise<void>;

const lock =
  (beforeHold: Before = () => Promise.resolve()): SeatHoldsFactory =>
  (options) => {
    const fenced = createFencedHolds(options);
    return createRedisLockSeatHolds({
      ...options,
      redis,
      fenced: {
        look: fenced.look,
        async hold(request, fence) {
          await beforeHold(request);
          return fenced.hold(request, fence);
        },
      },
      onError: ignore,
    });
  };

const script =
  (beforeHold: Before = () => Promise.resolve()): SeatHoldsFactory =>
  (options) => {
    const decide = createHoldDecider(options.database, options.clock);
    return createRedisScriptSeatHolds({
      ...options,
      redis,
      look: createFencedHolds(options).look,
      async decide(request) {
        await beforeHold(request);
        return decide(request);
      },
      onError: ignore,
    });
  };

const bulk: SeatHoldsFactory = (options) =>
  createBulkSeatHolds({
    redis,
    clock: options.clock,
    inner: createSeatHolds(options),
    instanceId: ids.next(),
    windowMs: 5,
    maxQueued: options.maxQueued ?? 32_768,
    onError: ignore,
  });

describe('holds with Redis', () => {
  const world = useRedis('redis');
  before(async () => {
    redis = await world.connect();
  });

  seatHoldsContract('redis-lock', lock());
  seatHoldsContract('redis-script', script());
  seatHoldsContract('bulk', bulk);

  for (const [name, create] of [
    ['redis-lock', lock],
    ['redis-script', script],
  ] as const) {
    describe(`holds by ${name}`, { timeout: TIMEOUT_MS }, () => {
      let testApp: ReservationTestApp;
      before(async () => {
        testApp = await ReservationTestApp.open(name);
      });
      after(() => testApp.close());

      test(`of two who both have the yes of a Redis that forgot one, PostgreSQL takes one and tells the other: ${name}`, async () => {
        const both = Promise.withResolvers<void>();
        let asked = 0;
        const meet: Before = async () => {
          asked += 1;
          // What Redis said to the first is lost before anybody has written.
          await world.ask(world.nodes()[0]!, 'FLUSHALL');
          if (asked >= 2) both.resolve();
          await both.promise;
        };
        const instances = [1, 2].map(() => testApp.openHolds(create(meet)));
        const first = instances[0]!.hold(testApp.request([7]));
        await until(() => asked === 1);
        const outcomes = await Promise.all([first, instances[1]!.hold(testApp.request([7]))]);
        assert.equal(outcomes.filter(({ ok }) => ok).length, 1);
        assert.deepEqual(
          outcomes.find(({ ok }) => !ok),
          { ok: false, code: 'seat_taken', seatNos: [7] },
        );
        assert.deepEqual(await testApp.breaches(), []);
      });

      test(`are made by PostgreSQL alone while Redis is away: ${name}`, async () => {
        const away = await world.connect();
        await away.lifecycle.stop();
        const kept = redis;
        redis = away;
        const holds = testApp.openHolds(create());
        redis = kept;
        wonBy(await holds.hold(testApp.request([8])));
        assert.deepEqual(await holds.hold(testApp.request([8])), {
          ok: false,
          code: 'seat_taken',
          seatNos: [8],
        });
        await away.lifecycle.start();
        testApp.clock.skip(1_000);
        wonBy(await holds.hold(testApp.request([9])));
        assert.deepEqual(await testApp.breaches(), []);
      });
    });
  }

  describe('holds in bulk', { timeout: TIMEOUT_MS }, () => {
    test('are refused while Redis is away, and made again when it is back', async () => {
      const testApp = await ReservationTestApp.open();
      const away = await world.connect();
      const kept = redis;
      redis = away;
      const holds = testApp.openHolds(bulk);
      redis = kept;
      wonBy(await holds.hold(testApp.request([1])));
      await away.lifecycle.stop();
      await assert.rejects(holds.hold(testApp.request([2])), UnavailableFault);
      await assert.rejects(holds.ping!(), UnavailableFault);
      await away.lifecycle.start();
      wonBy(await holds.hold(testApp.request([2])));
      assert.deepEqual(await testApp.breaches(), []);
      await testApp.close();
    });
  });
});
