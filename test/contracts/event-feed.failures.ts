import assert from 'node:assert/strict';
import { Fault } from '../../src/kernel/faults.ts';
import type { StoredEvent } from '../../src/platform/events/event.ts';
import {
  assertDelivered,
  type EventFeedCase,
  event,
  isBehind,
  laneOf,
  serialOf,
  upTo,
} from './event-feed.stage.ts';

/** What holds when consumers fail, processes stop, and several run. */
export const failureCases: readonly EventFeedCase[] = [
  [
    'after a restart a consumer goes on where it stood',
    async (stage) => {
      await stage.world.append(upTo(5).map((serial) => event(serial)));
      const first = await stage.start();
      await first.subscribe(stage.noting('a')).reached(await first.now());
      await first.stop();
      await stage.world.append([event(5)]);
      const second = await stage.start();
      await second.subscribe(stage.noting('a')).reached(await second.now());
      assertDelivered(await stage.world.noted('a'), upTo(6));
    },
  ],
  [
    'a consumer in three processes at once takes each event once, in order',
    async (stage) => {
      const running = new Set<number>();
      const alone = async (one: StoredEvent): Promise<void> => {
        const lane = laneOf(stage.world, serialOf(one));
        assert.ok(!running.has(lane), 'two processes ran a lane of the consumer at once');
        running.add(lane);
        await new Promise((resolve) => setImmediate(resolve));
        running.delete(lane);
      };
      const feeds = [
        await stage.start({ batchMax: 4 }),
        await stage.start({ batchMax: 4 }),
        await stage.start({ batchMax: 4 }),
      ];
      const subscriptions = feeds.map((feed) => feed.subscribe(stage.noting('a', alone)));
      for (let serial = 0; serial < 60; serial += 6) {
        await stage.world.append(upTo(6).map((offset) => event(serial + offset)));
        for (const feed of feeds) feed.notify();
      }
      const cursor = await feeds[0]!.now();
      await Promise.all(subscriptions.map((subscription) => subscription.reached(cursor)));
      assertDelivered(await stage.world.noted('a'), upTo(60));
      assert.deepEqual(stage.errors, []);
    },
  ],
  [
    'another process takes over where one stops',
    async (stage) => {
      const [first, second] = [await stage.start(), await stage.start()];
      const before = first.subscribe(stage.noting('a'));
      await stage.world.append([event(0)]);
      await before.reached(await first.now());
      const after = second.subscribe(stage.noting('a'));
      await first.stop();
      await stage.world.append([event(1)]);
      await after.reached(await second.now());
      assertDelivered(await stage.world.noted('a'), [0, 1]);
    },
  ],
  [
    'what fails is repeated until it takes effect, and its error is shown meanwhile',
    async (stage) => {
      let failures = 0;
      const gate = Promise.withResolvers<void>();
      const feed = await stage.start();
      const subscription = feed.subscribe(
        stage.noting('a', async () => {
          if (failures === 3) await gate.promise;
          if (failures++ < 3) throw new Fault('away', 'the outside is away', { retryable: true });
        }),
      );
      await stage.world.append([event(0), event(2)]);
      feed.notify();
      await stage.failed(feed, 'a', 3);
      const [status] = await feed.consumers();
      assert.equal(status?.name, 'a');
      assert.equal(status?.kind, 'durable');
      assert.equal(status?.position, 0);
      assert.equal(status?.lag, 2);
      assert.match(status?.failure?.error ?? '', /the outside is away/);
      assert.equal(status?.failure?.position, 1);
      assert.ok((status?.failure?.since ?? 0) > 0);
      gate.resolve();
      await subscription.reached(await feed.now());
      assertDelivered(await stage.world.noted('a'), [0, 2]);
      assert.equal((await feed.consumers())[0]?.failure, undefined);
      assert.equal(stage.errors.length, 3);
    },
  ],
  [
    'a poisoned event is never skipped, holds up what follows in its lane, and nothing else',
    async (stage) => {
      let poisoned = true;
      const feed = await stage.start();
      await stage.world.append(upTo(40).map((serial) => event(serial)));
      const subscription = feed.subscribe(
        stage.noting('a', (one) => {
          if (poisoned && serialOf(one) === 23) throw new Error('cannot read this event');
        }),
      );
      const heldUp = upTo(40).filter((serial) => isBehind(stage.world, serial, 23));
      const others = upTo(40).filter((serial) => !heldUp.includes(serial));
      await stage.noted('a', others.length);
      await stage.failed(feed, 'a', 8);
      assertDelivered(await stage.world.noted('a'), others);
      const [status] = await feed.consumers();
      assert.equal(status?.failure?.position, 24);
      assert.equal(status?.lag, heldUp.length);
      poisoned = false;
      await subscription.reached(await feed.now());
      assertDelivered(await stage.world.noted('a'), upTo(40));
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
      const feed = await stage.start();
      const entered = Promise.withResolvers<void>();
      const gate = Promise.withResolvers<void>();
      const subscription = feed.subscribe(
        stage.noting('a', () => {
          entered.resolve();
          return gate.promise;
        }),
      );
      await stage.world.append([event(0)]);
      await entered.promise;
      const never = assert.rejects(subscription.reached(stage.farAhead), /stopped/);
      const stopping = Promise.all([feed.stop(), feed.stop()]);
      gate.resolve();
      await stopping;
      await never;
      await stage.world.append([event(1)]);
      await feed.stop();
      assertDelivered(await stage.world.noted('a'), [0]);
    },
  ],
];
