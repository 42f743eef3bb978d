/** Ten thousand events of three causes that a consumer cannot take: found, tried, repaired and redriven. */
import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { createDeadLetters } from '../../src/adapters/postgres/events/dead-letters.ts';
import { createParkedEvents } from '../../src/adapters/postgres/events/parked-events.ts';
import { createRedriveWork } from '../../src/adapters/postgres/events/redrive-work.ts';
import { runCheck } from '../../src/adapters/postgres/invariants/index.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { Fault } from '../../src/kernel/faults.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { createDeadLetterModule, type RedriveTarget } from '../../src/modules/dead-letters/index.ts';
import type { StoredEvent } from '../../src/platform/events/event.ts';
import { event, serialOf, upTo } from '../contracts/event-feed.fixture.ts';
import { type EventTables, openEventTables } from '../support/event-tables.ts';

const COUNT = 10_000;
const CAUSES = ['no such hall', 'a strange hour', 'the clock struck 13'] as const;

let tables: EventTables;
before(async () => {
  tables = await openEventTables();
});
after(() => tables.close());

/** Parks events of a consumer, each of a key of its own, and redrives them as the system does. */
async function openLetters(t: TestContext, consumer: RedriveTarget) {
  const { database } = tables;
  const notice = { committed: () => undefined };
  const options = { clock: systemClock, random: systemRandom, onError: () => undefined };
  const store = createParkedEvents(database);
  const ids = createIds(systemClock, systemRandom);
  const letters = createDeadLetters(database, notice);
  const work = createRedriveWork(database, store, notice);
  const module = createDeadLetterModule({ ...options, ids, letters, work, targets: [consumer] });
  await module.lifecycle.start();
  t.after(() => module.lifecycle.stop());
  return {
    letters,
    stop: () => module.lifecycle.stop(),
    async park(count: number) {
      const events = upTo(count).map((serial) => {
        const id = `zone ${serial}`;
        const cause = CAUSES[serial % CAUSES.length]!;
        const error = `${cause} at ${serial}`;
        const failure = { cause, error, attempts: 3, firstFailedAt: 1, lastFailedAt: 2 };
        return { event: { ...event(serial, { partitionKey: id }), id, position: undefined }, failure };
      });
      const parked = { consumer: consumer.name, types: ['thing.happened'], events };
      await database.transaction((tx) => store.park(parked, tx));
    },
    async redrive(cause: string | null, isDryRun: boolean) {
      const selection = { consumer: consumer.name, cause: cause ?? undefined };
      const id = ids.next();
      const begun = { id, selection, ratePerSecond: 1_000, isDryRun, by: null, now: Date.now() };
      assert.ok((await letters.redrive(begun)).ok);
      for (;;) {
        const standing = await letters.findRedrive(id);
        if (standing?.endedAt !== null && standing) return standing;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

test('ten thousand of three causes are found, tried, repaired and redriven', {
  timeout: 600_000,
}, async (t) => {
  let broken = true;
  const { letters, park, redrive, stop } = await openLetters(t, {
    name: 'a',
    async apply(events: readonly StoredEvent[], transaction: unknown) {
      for (const one of events) {
        if (broken) throw new Error(`${CAUSES[serialOf(one) % CAUSES.length]!} at ${serialOf(one)}`);
        await tables.note(transaction, 'a', one);
      }
    },
  });
  await park(COUNT);
  const begunAt = Date.now();
  const groups = await letters.groups();
  assert.deepEqual(
    groups.map((group) => group.parked).toSorted((a, b) => a - b),
    [3_333, 3_333, 3_334],
  );
  for (const { cause } of groups) assert.equal((await redrive(cause, true)).outcome, 'would_fail');
  broken = false;
  for (const { cause, parked: count } of groups) {
    assert.equal((await redrive(cause, true)).outcome, 'would_succeed');
    const { done, failedAgain } = await redrive(cause, false);
    assert.deepEqual([done, failedAgain], [count, 0]);
  }
  t.diagnostic(`found, tried and redriven in ${((Date.now() - begunAt) / 1_000).toFixed(1)} s`);
  await stop();
  const noted = await tables.noted('a');
  assert.equal(new Set(noted).size, COUNT);
  assert.equal(noted.length, COUNT);
  assert.deepEqual(
    (await runCheck(tables.database)).invariants.filter(({ ok }) => !ok),
    [],
  );
});

test('a dry run ends as well where an error that may pass does not', { timeout: 60_000 }, async (t) => {
  const { park, redrive } = await openLetters(t, {
    name: 'b',
    async apply() {
      throw new Fault('conflict', 'once more', { retryable: true });
    },
  });
  await park(1);
  const { outcome, lastError } = await redrive(null, true);
  assert.deepEqual([outcome, lastError], ['would_fail', 'Fault: once more']);
});
