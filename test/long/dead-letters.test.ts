/** Ten thousand events of three causes that a consumer cannot take: found, tried, repaired and redriven. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createDeadLetters } from '../../src/adapters/postgres/events/dead-letters.ts';
import { createParkedEvents } from '../../src/adapters/postgres/events/parked-events.ts';
import { createRedriveWork } from '../../src/adapters/postgres/events/redrive-work.ts';
import { runCheck } from '../../src/adapters/postgres/invariants/index.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { createDeadLetterModule } from '../../src/modules/dead-letters/index.ts';
import type { StoredEvent } from '../../src/platform/events/event.ts';
import { event, serialOf, THINGS, upTo } from '../contracts/event-feed.fixture.ts';
import { type EventTables, openEventTables } from '../support/event-tables.ts';

const COUNT = 10_000;
const CAUSES = ['no such hall', 'a strange hour', 'the clock struck 13'] as const;

let tables: EventTables;
before(async () => {
  tables = await openEventTables();
});
after(() => tables.close());

test('ten thousand of three causes are found, tried, repaired and redriven', {
  timeout: 600_000,
}, async (t) => {
  const { database } = tables;
  const notice = { committed: () => undefined };
  const options = { clock: systemClock, random: systemRandom, onError: () => undefined };
  let broken = true;
  const consumer = {
    kind: 'durable' as const,
    name: 'a',
    types: [THINGS['thing.happened']],
    async apply(events: readonly StoredEvent[], transaction: unknown) {
      for (const one of events) {
        if (broken) throw new Error(`${CAUSES[serialOf(one) % CAUSES.length]!} at ${serialOf(one)}`);
        await tables.note(transaction, 'a', one);
      }
    },
  };
  const store = createParkedEvents(database);
  const events = upTo(COUNT).map((serial) => {
    const id = `zone ${serial}`;
    const cause = CAUSES[serial % CAUSES.length]!;
    const failure = { cause, error: `${cause} at ${serial}`, attempts: 3, firstFailedAt: 1, lastFailedAt: 2 };
    return { event: { ...event(serial, { partitionKey: id }), id, position: undefined }, failure };
  });
  await database.transaction((tx) => store.park({ consumer: 'a', types: ['thing.happened'], events }, tx));

  const ids = createIds(systemClock, systemRandom);
  const letters = createDeadLetters(database, notice);
  const work = createRedriveWork(database, store, notice);
  const module = createDeadLetterModule({ ...options, ids, letters, work, targets: [consumer] });
  await module.lifecycle.start();
  t.after(() => module.lifecycle.stop());
  const begunAt = Date.now();
  const groups = await letters.groups();
  assert.deepEqual(
    groups.map((group) => group.parked).toSorted((a, b) => a - b),
    [3_333, 3_333, 3_334],
  );
  const redrive = async (cause: string | null, isDryRun: boolean) => {
    const selection = { consumer: 'a', cause: cause ?? undefined };
    const id = ids.next();
    const begun = { id, selection, ratePerSecond: 1_000, isDryRun, by: null, now: Date.now() };
    assert.ok((await letters.redrive(begun)).ok);
    for (;;) {
      const standing = await letters.findRedrive(id);
      if (standing?.endedAt !== null && standing) return standing;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  for (const { cause } of groups) assert.equal((await redrive(cause, true)).outcome, 'would_fail');
  broken = false;
  for (const { cause, parked: count } of groups) {
    assert.equal((await redrive(cause, true)).outcome, 'would_succeed');
    const { done, failedAgain } = await redrive(cause, false);
    assert.deepEqual([done, failedAgain], [count, 0]);
  }
  t.diagnostic(`found, tried and redriven in ${((Date.now() - begunAt) / 1_000).toFixed(1)} s`);
  await module.lifecycle.stop();
  const noted = await tables.noted('a');
  assert.equal(new Set(noted).size, COUNT);
  assert.equal(noted.length, COUNT);
  assert.deepEqual(
    (await runCheck(database)).invariants.filter(({ ok }) => !ok),
    [],
  );
});
