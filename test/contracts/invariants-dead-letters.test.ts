import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { createEventTail, FEED } from '../../src/adapters/postgres/events/event-tail.ts';
import { createParkedEvents } from '../../src/adapters/postgres/events/parked-events.ts';
import { createEventProgress } from '../../src/adapters/postgres/events/progress-store.ts';
import { runCheck } from '../../src/adapters/postgres/invariants/index.ts';
import { createEventFeed } from '../../src/platform/events/engine.ts';
import type { ParkedEvents } from '../../src/platform/events/ports.ts';
import { type EventTables, openEventTables } from '../support/event-tables.ts';
import { EventFeedFixture, event, serialOf } from './event-feed.fixture.ts';

let tables: EventTables;
let fixture: EventFeedFixture;
/** What a test takes out of the consumers' side of dead letters. */
let removed: Partial<ParkedEvents>;

beforeEach(async () => {
  removed = {};
  tables = await openEventTables();
  const { database } = tables;
  fixture = new EventFeedFixture({
    ...tables,
    lanes: 1,
    repeat: undefined,
    forget: undefined,
    open: (options) => {
      const parked = { ...createParkedEvents(database), ...removed };
      const lanes = [createEventTail(database)];
      return createEventFeed({ lanes, progress: createEventProgress(database, FEED), parked }, options);
    },
  });
});
afterEach(() => fixture.close());

/** Delivers these events to a consumer that cannot take the first of them. */
async function deliver(...serials: readonly number[]): Promise<void> {
  const feed = await fixture.start();
  const subscription = feed.subscribe(
    fixture.noting('a', (one) => {
      if (serialOf(one) === 1) throw new Error('odd');
    }),
  );
  for (const serial of serials) {
    await tables.append([event(serial)]);
    await subscription.reached(await feed.now());
  }
  await feed.stop();
}

async function breaches(): Promise<readonly string[]> {
  const { invariants } = await runCheck(tables.database);
  return invariants.filter(({ ok }) => !ok).map(({ name }) => name);
}

describe('dead letters', { timeout: 60_000 }, () => {
  test('that are whole break no invariant', async () => {
    await deliver(1, 3, 2);
    assert.deepEqual(await tables.noted('a'), [2]);
    assert.deepEqual(await breaches(), []);
  });

  test('that a later event of their key overtakes are found, as it does without the guard', async () => {
    removed = { keys: async () => [], lockKeys: async () => new Set() };
    await deliver(1);
    await deliver(3);
    assert.deepEqual(await tables.noted('a'), [3]);
    assert.deepEqual(await breaches(), ['nothing_overtakes_a_dead_letter']);
  });

  test('that a feed would give out again are found', async () => {
    await deliver(1);
    await tables.database.query('update event_mark set position = 0');
    assert.deepEqual(await breaches(), ['dead_letters_lie_below_their_marks']);
  });

  test('whose key is not held, and keys that are held for none, are found', async () => {
    await deliver(1);
    await tables.database.query("update dead_letter_key set partition_key = 'another'");
    assert.deepEqual(await breaches(), ['keys_of_dead_letters_are_held']);
  });
});
