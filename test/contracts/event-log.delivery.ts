import assert from 'node:assert/strict';
import type { StoredEvent } from '../../src/platform/events/event.ts';
import { collecting, type EventLogCase, event, serialOf, THINGS, upTo } from './event-log.stage.ts';

/** What is delivered, when, and to whom. */
export const deliveryCases: readonly EventLogCase[] = [
  [
    'a durable consumer gets every event once, in order, those before its start too',
    async (stage) => {
      await stage.world.append(upTo(50).map((serial) => event(serial)));
      const log = await stage.start();
      const subscription = log.subscribe(stage.noting('a'));
      await stage.world.append([event(50), event(51)]);
      log.poke();
      await subscription.reached(52);
      assert.deepEqual(await stage.world.noted('a'), upTo(52));
    },
  ],
  [
    'an event comes as it was saved, with its trace and an id of its own',
    async (stage) => {
      const seen: StoredEvent[] = [];
      const log = await stage.start();
      const trace = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
      const saved = event(7, {
        version: 3,
        trace,
        data: { serial: 7, text: 'é "𝄞" \\ \n', list: [1, null] },
      });
      await stage.world.append([saved, event(8)]);
      const follower = log.follow(
        {
          kind: 'follower',
          name: 'f',
          types: [THINGS['thing.happened']],
          apply: (events) => void seen.push(...events),
        },
        0,
      );
      await follower.reached(2);
      const [first, second] = seen;
      const { partitionKey: _, ...kept } = saved;
      assert.deepEqual({ ...first, id: '' }, { ...kept, position: 1, id: '' });
      assert.notEqual(first?.id, second?.id);
      assert.equal(second && 'trace' in second, false);
    },
  ],
  [
    'only the types asked for are delivered, and the position passes the others',
    async (stage) => {
      await stage.world.append(
        upTo(20).map((serial) => event(serial, { type: serial % 5 ? 'other' : 'thing.happened' })),
      );
      const log = await stage.start({ batchMax: 3 });
      const subscription = log.subscribe(stage.noting('a'));
      await subscription.reached(20);
      assert.deepEqual(await stage.world.noted('a'), [0, 5, 10, 15]);
    },
  ],
  [
    'events of other processes are found without a poke',
    async (stage) => {
      const log = await stage.start();
      const subscription = log.subscribe(stage.noting('a'));
      await stage.world.append([event(0)]);
      await subscription.reached(1);
      assert.deepEqual(await stage.world.noted('a'), [0]);
    },
  ],
  [
    'consumers do not wait for each other',
    async (stage) => {
      const log = await stage.start();
      const gate = Promise.withResolvers<void>();
      const slow = log.subscribe(stage.noting('slow', () => gate.promise));
      const quick = log.subscribe(stage.noting('quick'));
      await stage.world.append([event(0)]);
      await quick.reached(1);
      gate.resolve();
      await slow.reached(1);
      assert.deepEqual(await stage.world.noted('slow'), [0]);
    },
  ],
  [
    'a follower gets what comes after its position, in order, and again after a failure',
    async (stage) => {
      const seen: number[] = [];
      let failing = true;
      const log = await stage.start();
      await stage.world.append(upTo(10).map((serial) => event(serial)));
      const follower = log.follow(
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
        4,
      );
      await follower.reached(10);
      assert.deepEqual(seen, [4, 5, 6, 7, 8, 9]);
      assert.equal((await log.consumers())[0]?.kind, 'follower');
    },
  ],
  [
    'state loaded after asking for the position, then followed, misses nothing',
    async (stage) => {
      const log = await stage.start();
      await stage.world.append(upTo(5).map((serial) => event(serial)));
      const position = await log.position();
      assert.ok(position <= 5);
      const seen: number[] = [];
      const follower = log.follow(collecting(seen), position);
      await stage.world.append(upTo(5).map((serial) => event(5 + serial)));
      await follower.reached(10);
      assert.deepEqual(seen, upTo(10).slice(position));
    },
  ],
  [
    'one who joins late with another type reads from the storage what the others have passed',
    async (stage) => {
      const log = await stage.start();
      const early = log.subscribe(stage.noting('early'));
      await stage.world.append(upTo(30).map((serial) => event(serial, serial % 2 ? { type: 'other' } : {})));
      await early.reached(30);
      const seen: number[] = [];
      const late = log.follow(
        {
          kind: 'follower',
          name: 'late',
          types: [THINGS.other],
          apply: (e) => void seen.push(...e.map(serialOf)),
        },
        0,
      );
      await stage.world.append([event(30), event(31, { type: 'other' })]);
      await late.reached(32);
      assert.deepEqual(
        seen,
        upTo(32).filter((serial) => serial % 2 === 1),
      );
    },
  ],
  [
    'one that is far behind catches up though only a few events are kept in memory',
    async (stage) => {
      await stage.world.append(upTo(2_500).map((serial) => event(serial)));
      const log = await stage.start({ recentMax: 10, batchMax: 400 });
      const subscription = log.subscribe(stage.noting('a'));
      await stage.world.append(upTo(500).map((serial) => event(2_500 + serial)));
      log.poke();
      await subscription.reached(3_000);
      assert.deepEqual(await stage.world.noted('a'), upTo(3_000));
    },
  ],
  [
    'subscribing before the start is as good as after',
    async (stage) => {
      await stage.world.append([event(0)]);
      const log = stage.open();
      const subscription = log.subscribe(stage.noting('a'));
      await log.start();
      await subscription.reached(1);
      assert.deepEqual(await stage.world.noted('a'), [0]);
    },
  ],
];
