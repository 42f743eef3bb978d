import assert from 'node:assert/strict';
import { Fault, UnavailableFault } from '../../src/kernel/faults.ts';
import type { StoredEvent } from '../../src/platform/events/event.ts';
import { assertDelivered, type EventFeedCase, event, KEYS, serialOf, upTo } from './event-feed.fixture.ts';

const isOdd = (serial: number) => serial % 2 === 1;
/** The events of the second key are the odd ones. */
const poisonAt = (serial: number) => (one: StoredEvent) => {
  if (serialOf(one) === serial) throw new Error(`cannot read event ${serial}`);
};

/** What becomes of an event that a consumer cannot take (src/platform/events/retry.ts). */
export const poisonCases: readonly EventFeedCase[] = [
  [
    'a poisoned event is parked with what follows of its key, in order, and all else takes effect',
    async (fixture) => {
      const { world } = fixture;
      const feed = await fixture.start();
      await world.append(upTo(40).map((serial) => event(serial)));
      const subscription = feed.subscribe(fixture.noting('a', poisonAt(23)));
      await subscription.reached(await feed.now());
      await world.append([event(40), event(41)]);
      await subscription.reached(await feed.now());
      const behind = upTo(42).filter((serial) => isOdd(serial) && serial >= 23);
      assertDelivered(
        await world.noted('a'),
        upTo(42).filter((serial) => !behind.includes(serial)),
      );
      const parked = await world.parked('a');
      assert.deepEqual(
        parked.map(({ serial }) => serial),
        behind,
      );
      assert.equal(parked[0]?.cause, 'Error: cannot read event <n>');
      assert.ok(parked.slice(1).every(({ cause }) => cause === undefined));
      assert.equal((await feed.consumers())[0]?.failure, undefined);
    },
  ],
  [
    'a key with parked events stays so after a restart and in another process, until they are taken out',
    async (fixture) => {
      const { world } = fixture;
      const [first, second] = [await fixture.start(), await fixture.start()];
      const healed = second.subscribe(fixture.noting('a'));
      await healed.reached(await second.now());
      await second.stop();
      await world.append([event(0), event(1)]);
      const poisoned = first.subscribe(fixture.noting('a', poisonAt(1)));
      await poisoned.reached(await first.now());
      await first.stop();
      const third = await fixture.start();
      await world.append([event(2), event(3)]);
      const subscription = third.subscribe(fixture.noting('a'));
      await subscription.reached(await third.now());
      assertDelivered(await world.noted('a'), [0, 2]);
      assert.deepEqual(
        (await world.parked('a')).map(({ serial }) => serial),
        [1, 3],
      );
      await world.unpark('a', KEYS[1]);
      await world.append([event(5)]);
      await subscription.reached(await third.now());
      assertDelivered(await world.noted('a'), [0, 2, 5]);
    },
  ],
  [
    'a key whose parked events were taken out, and whose next event fails, is parked again with what follows',
    async (fixture) => {
      const { world } = fixture;
      const feed = await fixture.start();
      await world.append([event(0), event(1)]);
      const subscription = feed.subscribe(
        fixture.noting('a', (one) => {
          poisonAt(1)(one);
          poisonAt(3)(one);
        }),
      );
      await subscription.reached(await feed.now());
      await world.unpark('a', KEYS[1]);
      await world.append([event(3)]);
      await subscription.reached(await feed.now());
      await world.append([event(4), event(5)]);
      await subscription.reached(await feed.now());
      assertDelivered(await world.noted('a'), [0, 4]);
      assert.deepEqual(await world.parked('a'), [
        { serial: 3, cause: 'Error: cannot read event <n>' },
        { serial: 5, cause: undefined },
      ]);
    },
  ],
  [
    'an event that fails with an error that passes is tried as often as its consumer says, and parked then',
    async (fixture) => {
      const { world } = fixture;
      let tries = 0;
      const feed = await fixture.start();
      await world.append([event(0)]);
      const subscription = feed.subscribe(
        fixture.noting(
          'a',
          () => {
            tries += 1;
            throw new Fault('conflict', 'once more', { retryable: true });
          },
          { retry: { attempts: 4 } },
        ),
      );
      await subscription.reached(await feed.now());
      assert.equal(tries, 4);
      assert.deepEqual(await world.parked('a'), [{ serial: 0, cause: 'conflict: once more' }]);
    },
  ],
  [
    'nothing is parked while something is away, however long that takes',
    async (fixture) => {
      const { world } = fixture;
      let failures = 0;
      const feed = await fixture.start();
      await world.append([event(0), event(1)]);
      const subscription = feed.subscribe(
        fixture.noting('a', () => {
          if (failures++ < 30) throw new UnavailableFault('broker', 'the broker is away');
        }),
      );
      await subscription.reached(await feed.now());
      assertDelivered(await world.noted('a'), [0, 1]);
      assert.deepEqual(await world.parked('a'), []);
    },
  ],
  [
    'many poisoned events of one cause are parked, and none of the others with them',
    async (fixture) => {
      const { world } = fixture;
      const feed = await fixture.start({ batchMax: 50 });
      const events = upTo(200).map((serial) => event(serial, { partitionKey: `zone ${serial}` }));
      await world.append(events);
      const subscription = feed.subscribe(
        fixture.noting('a', (one) => {
          if (serialOf(one) % 4 === 0) throw new Error(`zone ${serialOf(one)} is not known`);
        }),
      );
      await subscription.reached(await feed.now());
      const [poisoned, taken] = [(n: number) => n % 4 === 0, (n: number) => n % 4 !== 0];
      assert.deepEqual(
        (await world.noted('a')).toSorted((a, b) => a - b),
        upTo(200).filter(taken),
      );
      const parked = await world.parked('a');
      const serials = parked.map(({ serial }) => serial).toSorted((a, b) => a - b);
      assert.deepEqual(serials, upTo(200).filter(poisoned));
      assert.deepEqual([...new Set(parked.map(({ cause }) => cause))], ['Error: zone <n> is not known']);
    },
  ],
];
