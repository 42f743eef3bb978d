import assert from 'node:assert/strict';
import type { StoredEvent } from '../../src/platform/events/event.ts';
import {
  assertDelivered,
  collecting,
  type EventFeedCase,
  event,
  serialOf,
  THINGS,
  upTo,
} from './event-feed.fixture.ts';

/** What is delivered, when, and to whom. */
export const deliveryCases: readonly EventFeedCase[] = [
  [
    'a durable consumer gets every event once, in order, those before its start too',
    async (fixture) => {
      await fixture.world.append(upTo(50).map((serial) => event(serial)));
      const feed = await fixture.start();
      const subscription = feed.subscribe(fixture.noting('a'));
      await fixture.world.append([event(50), event(51)]);
      feed.notify();
      await subscription.reached(await feed.now());
      assertDelivered(await fixture.world.noted('a'), upTo(52));
    },
  ],
  [
    'an event comes as it was saved, with its trace and an id of its own',
    async (fixture) => {
      const seen: StoredEvent[] = [];
      const feed = await fixture.start();
      const trace = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
      const saved = event(7, {
        version: 3,
        trace,
        data: { serial: 7, text: 'é "𝄞" \\ \n', list: [1, null] },
      });
      await fixture.world.append([saved, event(9)]);
      const follower = feed.follow(
        {
          kind: 'follower',
          name: 'f',
          types: [THINGS['thing.happened']],
          apply: (events) => void seen.push(...events),
        },
        fixture.beginning,
      );
      await follower.reached(await feed.now());
      const [first, second] = seen;
      assert.deepEqual({ ...first, offset: 1, id: '' }, { ...saved, position: 1, offset: 1, id: '' });
      assert.notEqual(first?.id, second?.id);
      assert.equal(second && 'trace' in second, false);
    },
  ],
  [
    'only the types asked for are delivered, and the position passes the others',
    async (fixture) => {
      await fixture.world.append(
        upTo(20).map((serial) => event(serial, { type: serial % 5 ? 'other' : 'thing.happened' })),
      );
      const feed = await fixture.start({ batchMax: 3 });
      const subscription = feed.subscribe(fixture.noting('a'));
      await subscription.reached(await feed.now());
      assertDelivered(await fixture.world.noted('a'), [0, 5, 10, 15]);
    },
  ],
  [
    'events of other processes are found without a notification',
    async (fixture) => {
      const feed = await fixture.start();
      feed.subscribe(fixture.noting('a'));
      await fixture.world.append([event(0)]);
      await fixture.noted('a', 1);
      assertDelivered(await fixture.world.noted('a'), [0]);
    },
  ],
  [
    'consumers do not wait for each other',
    async (fixture) => {
      const feed = await fixture.start();
      const gate = Promise.withResolvers<void>();
      const slow = feed.subscribe(fixture.noting('slow', () => gate.promise));
      const quick = feed.subscribe(fixture.noting('quick'));
      await fixture.world.append([event(0)]);
      await quick.reached(await feed.now());
      gate.resolve();
      await slow.reached(await feed.now());
      assertDelivered(await fixture.world.noted('slow'), [0]);
    },
  ],
  [
    'a follower gets what comes after its cursor, in order, and again after a failure',
    async (fixture) => {
      const seen: number[] = [];
      let failing = true;
      const feed = await fixture.start();
      await fixture.world.append(upTo(4).map((serial) => event(serial)));
      const four = await feed.now();
      await fixture.world.append(upTo(6).map((serial) => event(4 + serial)));
      const follower = feed.follow(
        {
          kind: 'follower',
          name: 'f',
          types: [THINGS['thing.happened']],
          apply(events) {
            if (failing && events.some((one) => serialOf(one) === 7)) {
              failing = false;
              throw new Error('once');
            }
            seen.push(...events.map(serialOf));
          },
        },
        four,
      );
      await follower.reached(await feed.now());
      assertDelivered(seen, [4, 5, 6, 7, 8, 9]);
      assert.equal((await feed.consumers())[0]?.kind, 'follower');
    },
  ],
  [
    'state loaded after asking for the cursor, then followed, misses nothing',
    async (fixture) => {
      const feed = await fixture.start();
      await fixture.world.append(upTo(5).map((serial) => event(serial)));
      const cursor = await feed.now();
      const seen: number[] = [];
      const follower = feed.follow(collecting(seen), cursor);
      await fixture.world.append(upTo(5).map((serial) => event(5 + serial)));
      await follower.reached(await feed.now());
      // Some come that the state holds already.
      const news = seen.filter((serial) => serial >= 5);
      assertDelivered(news, upTo(10).slice(5));
    },
  ],
  [
    'one who joins late with another type reads from the storage what the others have passed',
    async (fixture) => {
      const feed = await fixture.start();
      const early = feed.subscribe(fixture.noting('early'));
      await fixture.world.append(
        upTo(30).map((serial) => event(serial, serial % 2 ? { type: 'other' } : {})),
      );
      await early.reached(await feed.now());
      const seen: number[] = [];
      const late = feed.follow(
        {
          kind: 'follower',
          name: 'late',
          types: [THINGS.other],
          apply: (e) => void seen.push(...e.map(serialOf)),
        },
        fixture.beginning,
      );
      await fixture.world.append([event(30), event(31, { type: 'other' })]);
      await late.reached(await feed.now());
      assert.deepEqual(
        seen,
        upTo(32).filter((serial) => serial % 2 === 1),
      );
    },
  ],
  [
    'one that is far behind catches up though only a few events are kept in memory',
    async (fixture) => {
      await fixture.world.append(upTo(2_500).map((serial) => event(serial)));
      const feed = await fixture.start({ recentMax: 10, batchMax: 400 });
      const subscription = feed.subscribe(fixture.noting('a'));
      await fixture.world.append(upTo(500).map((serial) => event(2_500 + serial)));
      feed.notify();
      await subscription.reached(await feed.now());
      assertDelivered(await fixture.world.noted('a'), upTo(3_000));
    },
  ],
  [
    'a new consumer that begins now gets what is saved from then on, also after a restart',
    async (fixture) => {
      const { world } = fixture;
      await world.append(upTo(10).map((serial) => event(serial)));
      const fromNow = fixture.noting('a', undefined, { from: 'now' });
      const first = await fixture.start();
      // Beside one that begins at the first event.
      const early = first.subscribe(fixture.noting('b'));
      const subscription = first.subscribe(fromNow);
      await subscription.reached(await first.now());
      await world.append([event(10), event(11)]);
      await subscription.reached(await first.now());
      await early.reached(await first.now());
      assertDelivered(await world.noted('a'), [10, 11]);
      assertDelivered(await world.noted('b'), upTo(12));
      await first.stop();
      await world.append([event(12)]);
      const second = await fixture.start();
      await second.subscribe(fromNow).reached(await second.now());
      assertDelivered(await world.noted('a'), [10, 11, 12]);
    },
  ],
  [
    'a new consumer that begins now in three processes at once misses nothing that is saved afterwards',
    async (fixture) => {
      const { world } = fixture;
      await world.append(upTo(5).map((serial) => event(serial)));
      const feeds = [await fixture.start(), await fixture.start(), await fixture.start()];
      const subscriptions = feeds.map((feed) =>
        feed.subscribe(fixture.noting('a', undefined, { from: 'now' })),
      );
      const reached = async () => {
        for (const [at, feed] of feeds.entries()) await subscriptions[at]!.reached(await feed.now());
      };
      await reached();
      await world.append(upTo(20).map((serial) => event(5 + serial)));
      await reached();
      assertDelivered(
        await world.noted('a'),
        upTo(20).map((serial) => 5 + serial),
      );
    },
  ],
  [
    'subscribing before the start is as good as after',
    async (fixture) => {
      await fixture.world.append([event(0)]);
      const feed = fixture.open();
      const subscription = feed.subscribe(fixture.noting('a'));
      await feed.start();
      await subscription.reached(await feed.now());
      assertDelivered(await fixture.world.noted('a'), [0]);
    },
  ],
];
