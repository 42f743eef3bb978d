import assert from 'node:assert/strict';
import { assertDelivered, type EventFeedCase, event, serialOf, THINGS, upTo } from './event-feed.fixture.ts';

/** What holds whatever lanes a feed has, and where it gives events out again. */
export const partitionCases: readonly EventFeedCase[] = [
  [
    'events of many partition keys come once each, in order per key',
    async (fixture) => {
      const keys = upTo(40).map((n) => `zone ${n}`);
      const feed = await fixture.start({ batchMax: 7 });
      const seen: { readonly key: string; readonly serial: number }[] = [];
      const subscription = feed.follow(
        {
          kind: 'follower',
          name: 'f',
          types: [THINGS['thing.happened']],
          apply: (events) =>
            void seen.push(...events.map((one) => ({ key: one.partitionKey, serial: serialOf(one) }))),
        },
        fixture.beginning,
      );
      await fixture.world.append(
        upTo(400).map((serial) => event(serial, { partitionKey: keys[serial % keys.length]! })),
      );
      await subscription.reached(await feed.now());
      assert.equal(seen.length, 400);
      for (const [key, ofKey] of Map.groupBy(seen, (one) => one.key)) {
        const serials = ofKey.map(({ serial }) => serial);
        const expected = upTo(400).filter((serial) => keys[serial % keys.length] === key);
        assert.deepEqual(serials, expected);
      }
    },
  ],
  [
    'an event that is published again takes no effect again, in the same stretch or a later one',
    async (fixture) => {
      const { world } = fixture;
      // A feed without a relay repeats nothing; what a restart reads again is among the failures.
      if (!world.repeat) return;
      const feed = await fixture.start();
      await world.append(upTo(6).map((serial) => event(serial)));
      await world.repeat(4);
      const subscription = feed.subscribe(fixture.noting('a'));
      await subscription.reached(await feed.now());
      await world.repeat(5);
      await world.append([event(6), event(7)]);
      await world.repeat(2);
      await subscription.reached(await feed.now());
      assertDelivered(await world.noted('a'), upTo(8));
    },
  ],
  [
    'what was published again takes no effect again after a restart',
    async (fixture) => {
      const { world } = fixture;
      if (!world.repeat) return;
      await world.append(upTo(6).map((serial) => event(serial)));
      const first = await fixture.start();
      await first.subscribe(fixture.noting('a')).reached(await first.now());
      await first.stop();
      await world.repeat(6);
      await world.append([event(6)]);
      const second = await fixture.start();
      await second.subscribe(fixture.noting('a')).reached(await second.now());
      assertDelivered(await world.noted('a'), upTo(7));
    },
  ],
  [
    'what was there before a consumer that began now is not given to it when it is published again',
    async (fixture) => {
      const { world } = fixture;
      if (!world.repeat) return;
      await world.append(upTo(6).map((serial) => event(serial)));
      const feed = await fixture.start();
      const subscription = feed.subscribe(fixture.noting('a', undefined, { from: 'now' }));
      await subscription.reached(await feed.now());
      await world.repeat(6);
      await world.append([event(6)]);
      await subscription.reached(await feed.now());
      assertDelivered(await world.noted('a'), [6]);
    },
  ],
  [
    'a cursor of a feed with other lanes is refused',
    async (fixture) => {
      const feed = await fixture.start();
      const foreign = `${fixture.beginning}.0` as typeof fixture.beginning;
      const follower = {
        kind: 'follower',
        name: 'f',
        types: [THINGS.other],
        apply: () => undefined,
      } as const;
      assert.throws(() => feed.follow(follower, foreign), /is not one of a feed with/);
    },
  ],
];
