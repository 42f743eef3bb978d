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
} from './event-feed.fixture.ts';

/** What holds when consumers fail, processes stop, and several run. */
export const failureCases: readonly EventFeedCase[] = [
  [
    'after a restart a consumer goes on where it stood',
    async (fixture) => {
      await fixture.world.append(upTo(5).map((serial) => event(serial)));
      const first = await fixture.start();
      await first.subscribe(fixture.noting('a')).reached(await first.now());
      await first.stop();
      await fixture.world.append([event(5)]);
      const second = await fixture.start();
      await second.subscribe(fixture.noting('a')).reached(await second.now());
      assertDelivered(await fixture.world.noted('a'), upTo(6));
    },
  ],
  [
    'a consumer in three processes at once takes each event once, in order',
    async (fixture) => {
      const running = new Set<number>();
      const alone = async (one: StoredEvent): Promise<void> => {
        const lane = laneOf(fixture.world, serialOf(one));
        assert.ok(!running.has(lane), 'two processes ran a lane of the consumer at once');
        running.add(lane);
        await new Promise((resolve) => setImmediate(resolve));
        running.delete(lane);
      };
      const feeds = [
        await fixture.start({ batchMax: 4 }),
        await fixture.start({ batchMax: 4 }),
        await fixture.start({ batchMax: 4 }),
      ];
      const subscriptions = feeds.map((feed) => feed.subscribe(fixture.noting('a', alone)));
      for (let serial = 0; serial < 60; serial += 6) {
        await fixture.world.append(upTo(6).map((offset) => event(serial + offset)));
        for (const feed of feeds) feed.notify();
      }
      const cursor = await feeds[0]!.now();
      await Promise.all(subscriptions.map((subscription) => subscription.reached(cursor)));
      assertDelivered(await fixture.world.noted('a'), upTo(60));
      assert.deepEqual(fixture.errors, []);
    },
  ],
  [
    'another process takes over where one stops',
    async (fixture) => {
      const [first, second] = [await fixture.start(), await fixture.start()];
      const before = first.subscribe(fixture.noting('a'));
      await fixture.world.append([event(0)]);
      await before.reached(await first.now());
      const after = second.subscribe(fixture.noting('a'));
      await first.stop();
      await fixture.world.append([event(1)]);
      await after.reached(await second.now());
      assertDelivered(await fixture.world.noted('a'), [0, 1]);
    },
  ],
  [
    'what fails is repeated until it takes effect, and its error is shown meanwhile',
    async (fixture) => {
      let failures = 0;
      const gate = Promise.withResolvers<void>();
      const feed = await fixture.start();
      const subscription = feed.subscribe(
        fixture.noting('a', async () => {
          if (failures === 3) await gate.promise;
          if (failures++ < 3) throw new Fault('away', 'the outside is away', { retryable: true });
        }),
      );
      await fixture.world.append([event(0), event(2)]);
      feed.notify();
      await fixture.failed(feed, 'a', 3);
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
      assertDelivered(await fixture.world.noted('a'), [0, 2]);
      assert.equal((await feed.consumers())[0]?.failure, undefined);
      assert.equal(fixture.errors.length, 3);
    },
  ],
  [
    'a poisoned event of a consumer that must wait is never skipped, and holds up its lane and nothing else',
    async (fixture) => {
      let poisoned = true;
      const feed = await fixture.start();
      await fixture.world.append(upTo(40).map((serial) => event(serial)));
      const subscription = feed.subscribe(
        fixture.noting(
          'a',
          (one) => {
            if (poisoned && serialOf(one) === 23) throw new Error('cannot read this event');
          },
          { retry: { onPoison: 'wait', because: 'of the order' } },
        ),
      );
      const heldUp = upTo(40).filter((serial) => isBehind(fixture.world, serial, 23));
      const others = upTo(40).filter((serial) => !heldUp.includes(serial));
      await fixture.noted('a', others.length);
      await fixture.failed(feed, 'a', 8);
      assertDelivered(await fixture.world.noted('a'), others);
      const [status] = await feed.consumers();
      assert.equal(status?.failure?.position, 24);
      assert.equal(status?.lag, heldUp.length);
      poisoned = false;
      await subscription.reached(await feed.now());
      assertDelivered(await fixture.world.noted('a'), upTo(40));
    },
  ],
  [
    'a failure is remembered over a restart and seen by other processes',
    async (fixture) => {
      const broken = fixture.noting(
        'a',
        () => {
          throw new Error('broken for good');
        },
        { retry: { onPoison: 'wait', because: 'of the test' } },
      );
      const first = await fixture.start();
      await fixture.world.append([event(0)]);
      first.subscribe(broken);
      await fixture.failed(first, 'a', 2);
      await first.stop();
      const second = await fixture.start();
      const [status] = await second.consumers();
      assert.match(status?.failure?.error ?? '', /broken for good/);
      assert.ok((status?.failure?.attempts ?? 0) >= 2);
    },
  ],
  [
    'stop waits for the batch in flight, delivers nothing afterwards, and may be called twice',
    async (fixture) => {
      const feed = await fixture.start();
      const entered = Promise.withResolvers<void>();
      const gate = Promise.withResolvers<void>();
      const subscription = feed.subscribe(
        fixture.noting('a', () => {
          entered.resolve();
          return gate.promise;
        }),
      );
      await fixture.world.append([event(0)]);
      await entered.promise;
      const never = assert.rejects(subscription.reached(fixture.farAhead), /stopped/);
      const stopping = Promise.all([feed.stop(), feed.stop()]);
      gate.resolve();
      await stopping;
      await never;
      await fixture.world.append([event(1)]);
      await feed.stop();
      assertDelivered(await fixture.world.noted('a'), [0]);
    },
  ],
];
