import assert from 'node:assert/strict';
import { Fault } from '../../src/kernel/faults.ts';
import { type EventLogCase, event, serialOf, upTo } from './event-log.stage.ts';

/** What holds when consumers fail, processes stop, and several run. */
export const failureCases: readonly EventLogCase[] = [
  [
    'after a restart a consumer goes on where it stood',
    async (stage) => {
      await stage.world.append(upTo(5).map((serial) => event(serial)));
      const first = await stage.start();
      await first.subscribe(stage.noting('a')).reached(5);
      await first.stop();
      await stage.world.append([event(5)]);
      const second = await stage.start();
      await second.subscribe(stage.noting('a')).reached(6);
      assert.deepEqual(await stage.world.noted('a'), upTo(6));
    },
  ],
  [
    'a consumer in two processes at once takes each event once, in order',
    async (stage) => {
      let running = 0;
      const alone = async (): Promise<void> => {
        running += 1;
        assert.equal(running, 1, 'two processes ran the consumer at once');
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
      };
      const logs = [
        await stage.start({ batchMax: 4 }),
        await stage.start({ batchMax: 4 }),
        await stage.start({ batchMax: 4 }),
      ];
      const subscriptions = logs.map((log) => log.subscribe(stage.noting('a', alone)));
      for (let serial = 0; serial < 60; serial += 6) {
        await stage.world.append(upTo(6).map((offset) => event(serial + offset)));
        for (const log of logs) log.poke();
      }
      await Promise.all(subscriptions.map((subscription) => subscription.reached(60)));
      assert.deepEqual(await stage.world.noted('a'), upTo(60));
      assert.deepEqual(stage.errors, []);
    },
  ],
  [
    'another process takes over where one stops',
    async (stage) => {
      const [first, second] = [await stage.start(), await stage.start()];
      const before = first.subscribe(stage.noting('a'));
      await stage.world.append([event(0)]);
      await before.reached(1);
      const after = second.subscribe(stage.noting('a'));
      await first.stop();
      await stage.world.append([event(1)]);
      await after.reached(2);
      assert.deepEqual(await stage.world.noted('a'), [0, 1]);
    },
  ],
  [
    'what fails is repeated until it takes effect, and its error is shown meanwhile',
    async (stage) => {
      let failures = 0;
      const gate = Promise.withResolvers<void>();
      const log = await stage.start();
      const subscription = log.subscribe(
        stage.noting('a', async () => {
          if (failures === 3) await gate.promise;
          if (failures++ < 3) throw new Fault('away', 'the outside is away', { retryable: true });
        }),
      );
      await stage.world.append([event(0), event(1)]);
      log.poke();
      await stage.failed(log, 'a', 3);
      const [status] = await log.consumers();
      assert.equal(status?.name, 'a');
      assert.equal(status?.kind, 'durable');
      assert.equal(status?.position, 0);
      assert.equal(status?.lag, 2);
      assert.match(status?.failure?.error ?? '', /the outside is away/);
      assert.equal(status?.failure?.position, 1);
      assert.ok((status?.failure?.since ?? 0) > 0);
      gate.resolve();
      await subscription.reached(2);
      assert.deepEqual(await stage.world.noted('a'), [0, 1]);
      assert.equal((await log.consumers())[0]?.failure, undefined);
      assert.equal(stage.errors.length, 3);
    },
  ],
  [
    'a poisoned event is never skipped, holds up what follows, and nothing before it',
    async (stage) => {
      let poisoned = true;
      const log = await stage.start();
      await stage.world.append(upTo(40).map((serial) => event(serial)));
      const subscription = log.subscribe(
        stage.noting('a', (one) => {
          if (poisoned && serialOf(one) === 23) throw new Error('cannot read this event');
        }),
      );
      await subscription.reached(23);
      await stage.failed(log, 'a', 8);
      assert.deepEqual(await stage.world.noted('a'), upTo(23));
      const [status] = await log.consumers();
      assert.equal(status?.failure?.position, 24);
      assert.equal(status?.lag, 17);
      poisoned = false;
      await subscription.reached(40);
      assert.deepEqual(await stage.world.noted('a'), upTo(40));
    },
  ],
  [
    'a failure is remembered over a restart and seen by other processes',
    async (stage) => {
      const broken = stage.noting('a', () => {
        throw new Error('broken for good');
      });
      const first = await stage.start();
      await stage.world.append([event(0)]);
      first.subscribe(broken);
      await stage.failed(first, 'a', 2);
      await first.stop();
      const second = await stage.start();
      const [status] = await second.consumers();
      assert.match(status?.failure?.error ?? '', /broken for good/);
      assert.ok((status?.failure?.attempts ?? 0) >= 2);
    },
  ],
  [
    'stop waits for the batch in flight, delivers nothing afterwards, and may be called twice',
    async (stage) => {
      const log = await stage.start();
      const entered = Promise.withResolvers<void>();
      const gate = Promise.withResolvers<void>();
      const subscription = log.subscribe(
        stage.noting('a', () => {
          entered.resolve();
          return gate.promise;
        }),
      );
      await stage.world.append([event(0)]);
      await entered.promise;
      const never = assert.rejects(subscription.reached(2), /stopped/);
      const stopping = Promise.all([log.stop(), log.stop()]);
      gate.resolve();
      await stopping;
      await never;
      await stage.world.append([event(1)]);
      await log.stop();
      assert.deepEqual(await stage.world.noted('a'), [0]);
    },
  ],
];
