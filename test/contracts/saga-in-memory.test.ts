import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMemoryEventStore } from '../../src/adapters/memory/event-feed.ts';
import { createMemoryReadCache } from '../../src/adapters/memory/read-cache.ts';
import { createNotifyingProgress } from '../../src/adapters/postgres/events/event-feed.ts';
import { createRankingStore } from '../../src/adapters/postgres/ranking/ranking-store.ts';
import { createSeatHolds } from '../../src/adapters/postgres/reservations/seat-holds.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { UnavailableFault } from '../../src/kernel/faults.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { createRanking } from '../../src/modules/ranking/index.ts';
import { createCancellationConsumer } from '../../src/modules/reservations/cancel.ts';
import { createEventFeed } from '../../src/platform/events/engine.ts';
import type { DurableConsumer } from '../../src/platform/events/event.ts';
import { PARTITIONS } from '../../src/platform/events/partitions.ts';
import type { ProgressStore } from '../../src/platform/events/ports.ts';
import { readRecord } from '../support/outside-events.ts';
import { ReservationTestApp } from '../support/reservations/test-app.ts';
import { FAULTS, type FaultName } from '../support/saga/steps.ts';
import { until } from '../support/until.ts';

const PERFORMANCES = 5;
/** Of each performance; the first is cancelled later, the second at once. */
const SEATS = 5;
const LEFT = SEATS - 2;

let testApp: ReservationTestApp;

before(async () => {
  testApp = await ReservationTestApp.open();
});
after(() => testApp.close());

/** What people do at several performances while nobody hears of it. @returns the performances */
async function sell(): Promise<readonly string[]> {
  const performances = Array.from({ length: PERFORMANCES }, () => testApp.ids.next());
  const holds = testApp.openHolds(createSeatHolds);
  for (const performanceId of performances) {
    await testApp.addPerformance(performanceId, 4);
    for (let seat = 0; seat < SEATS; seat++) {
      const request = testApp.request([seat], { performanceId });
      await holds.hold(request);
      assert.equal(await testApp.confirm(request.reservationId, request.accountId), undefined);
      if (seat < 2) await testApp.cancel(request.reservationId, seat === 0 ? 'request-cancel' : 'cancel');
    }
  }
  return performances;
}

/** Lets a fault happen to each consumer at the first of its batches that has events. */
function failing(progress: ProgressStore, fault: FaultName): { progress: ProgressStore; hits: Set<string> } {
  const hits = new Set<string>();
  const died = () => new UnavailableFault('postgres', 'died');
  const advance: ProgressStore['advance'] = async (step) => {
    const { effect, name } = step;
    if (!effect || hits.has(name)) return progress.advance(step);
    hits.add(name);
    if (fault === 'crash before') {
      const dying = async (tx: unknown) => {
        await effect(tx);
        throw died();
      };
      return progress.advance({ ...step, effect: dying });
    }
    const outcome = await progress.advance(step);
    if (fault === 'crash after') throw died();
    return outcome;
  };
  return { progress: { ...progress, advance }, hits };
}

const consumers = (): readonly DurableConsumer[] => [
  createCancellationConsumer({ cancellations: testApp.cancellations(), ids: testApp.ids }),
  createRanking({
    store: createRankingStore(testApp.database),
    remaining: { of: () => Promise.resolve(new Map()) },
    createCache: (options) => createMemoryReadCache(options, { clock: systemClock, random: systemRandom }),
    clock: systemClock,
  }).consumer,
];

async function soldOf(performances: readonly string[]): Promise<readonly number[]> {
  const rows = await testApp.database.query<{ sold: number }>(
    `select coalesce(s.sold, 0) as sold from unnest($1::uuid[]) as p (id)
      left join sales_progress s on s.performance_id = p.id`,
    [performances],
  );
  return rows.map(({ sold }) => sold);
}

describe('the saga over a feed in memory', { timeout: 60_000 }, () => {
  for (const fault of Object.keys(FAULTS) as FaultName[]) {
    test(`counts each sale once and carries out each cancellation, also with the fault: ${fault}`, async () => {
      const store = createMemoryEventStore({ lanes: PARTITIONS });
      const performances = await sell();
      const { database } = testApp;
      const name = `memory-${fault}`;
      const { progress, hits } = failing(
        createNotifyingProgress(database, name, () => feed.notify()),
        fault,
      );
      const named = ({ name: consumer, ...rest }: DurableConsumer): DurableConsumer => ({
        ...rest,
        name: `${consumer}.${fault}`,
      });
      const errors: unknown[] = [];
      const feed = createEventFeed(
        { ...store, progress },
        { clock: systemClock, random: systemRandom, pollMs: 10, onError: (error) => errors.push(error) },
      );
      await feed.start();
      try {
        for (const consumer of consumers()) feed.subscribe(named(consumer));
        let published = 0;
        /** What was saved since, of one performance after the other in an order of its own; as the fault has it, twice. */
        const relay = async () => {
          const record = (await readRecord(database)).slice(published);
          published += record.length;
          const mine = record.filter(({ partitionKey }) => performances.includes(partitionKey));
          const order = fault === 'reorder' ? performances.toReversed() : performances;
          const sorted = mine.toSorted(
            (a, b) =>
              order.indexOf(a.partitionKey) - order.indexOf(b.partitionKey) || a.position - b.position,
          );
          const parts = fault === 'delay' ? sorted.map((event) => [event]) : [sorted];
          for (const part of parts) {
            store.append(part);
            if (fault === 'duplicate') store.repeat(part.length);
            feed.notify();
            if (fault === 'delay') await sleep(2);
          }
        };
        await until(async () => {
          await relay();
          return (await soldOf(performances)).every((sold) => sold === LEFT);
        });
        const { length } = await database.query(
          'select from reservation where performance_id = any ($1) and status = 2',
          [performances],
        );
        assert.equal(length, 0);
        assert.equal(hits.size, 2);
        assert.equal(errors.length > 0, fault.startsWith('crash'));
        // Its marks are positions of the memory, which the check takes for the store's.
        const breaches = (await testApp.breaches()).filter((one) => !one.startsWith('rankings_count'));
        assert.deepEqual(breaches, []);
      } finally {
        await feed.stop();
      }
    });
  }
});
