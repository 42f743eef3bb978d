import assert from 'node:assert/strict';
import {
  assertDelivered,
  collecting,
  type EventFeedCase,
  event,
  serialOf,
  upTo,
} from './event-feed.fixture.ts';

/** What holds where a feed beside the store keeps less than the store does. */
export const catchUpCases: readonly EventFeedCase[] = [
  [
    'a new consumer takes from the store what the feed keeps no longer, and goes on with the feed',
    async (fixture) => {
      const { world } = fixture;
      // Without a store beside it a feed keeps everything.
      if (!world.forget) return;
      const feed = await fixture.start({ batchMax: 7 });
      await world.append(upTo(90).map((serial) => event(serial)));
      await world.forget();
      await world.append(upTo(10).map((serial) => event(90 + serial)));
      const subscription = feed.subscribe(fixture.noting('a'));
      await world.append(upTo(20).map((serial) => event(100 + serial)));
      await subscription.reached(await feed.now());
      await world.append([event(120), event(121)]);
      await subscription.reached(await feed.now());
      assertDelivered(await world.noted('a'), upTo(122));
      assert.equal((await feed.consumers()).find(({ name }) => name === 'a')?.failure, undefined);
    },
  ],
  [
    'a consumer that was away for longer than the feed keeps its events misses none and takes none twice',
    async (fixture) => {
      const { world } = fixture;
      if (!world.forget) return;
      const first = await fixture.start();
      await world.append(upTo(6).map((serial) => event(serial)));
      await first.subscribe(fixture.noting('a')).reached(await first.now());
      await first.stop();
      const second = await fixture.start();
      await world.append(upTo(30).map((serial) => event(6 + serial)));
      await world.forget();
      await world.append(upTo(4).map((serial) => event(36 + serial)));
      await second.subscribe(fixture.noting('a')).reached(await second.now());
      assertDelivered(await world.noted('a'), upTo(40));
    },
  ],
  [
    'a consumer that the feed leaves behind while it works, and that fails on the way, misses none',
    async (fixture) => {
      const { world } = fixture;
      if (!world.forget) return;
      const feed = await fixture.start({ recentMax: 1 });
      const gate = Promise.withResolvers<void>();
      let failures = 2;
      const subscription = feed.subscribe(
        fixture.noting('a', async (one) => {
          if (serialOf(one) < 2) await gate.promise;
          else if (serialOf(one) === 33 && failures-- > 0) throw new Error('cannot be read yet');
        }),
      );
      await world.append([event(0), event(1)]);
      for (let serial = 2; serial < 50; serial += 2) await world.append([event(serial), event(serial + 1)]);
      await world.forget();
      gate.resolve();
      await world.append([event(50), event(51)]);
      await subscription.reached(await feed.now());
      assertDelivered(await world.noted('a'), upTo(52));
    },
  ],
  [
    'three processes that catch up at once, one of which stops on the way, take each event once',
    async (fixture) => {
      const { world } = fixture;
      if (!world.forget) return;
      const feeds = [
        await fixture.start({ batchMax: 4 }),
        await fixture.start({ batchMax: 4 }),
        await fixture.start({ batchMax: 4 }),
      ];
      await world.append(upTo(120).map((serial) => event(serial)));
      await world.forget();
      const subscriptions = feeds.map((feed) => feed.subscribe(fixture.noting('a')));
      await fixture.noted('a', 8);
      await feeds[0]!.stop();
      await world.append([event(120), event(121)]);
      for (const at of [1, 2]) await subscriptions[at]!.reached(await feeds[at]!.now());
      assertDelivered(await world.noted('a'), upTo(122));
    },
  ],
  [
    'a follower whose place the feed keeps no longer says so, and never passes anything over',
    async (fixture) => {
      const { world } = fixture;
      if (!world.forget) return;
      const feed = await fixture.start();
      await world.append(upTo(8).map((serial) => event(serial)));
      await world.forget();
      const seen: number[] = [];
      feed.follow(collecting(seen), fixture.beginning);
      for (;;) {
        const status = feed.stats().consumers.find(({ kind }) => kind === 'follower');
        if (status?.failure) break;
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      assert.deepEqual(seen, []);
      assert.match(String(fixture.errors.at(-1)), /OffsetLostFault/);
    },
  ],
];
