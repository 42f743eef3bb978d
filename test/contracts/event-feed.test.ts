import { createMemoryEventStore, type MemoryTransaction } from '../../src/adapters/memory/event-feed.ts';
import { createDatabase, type Queryable } from '../../src/adapters/postgres/database.ts';
import { createPostgresEventFeed } from '../../src/adapters/postgres/events/event-feed.ts';
import { appendEvents } from '../../src/adapters/postgres/events/outbox.ts';
import { createEventFeed } from '../../src/platform/events/engine.ts';
import { PARTITIONS } from '../../src/platform/events/partitions.ts';
import { acquireTestDatabase } from '../support/postgres.ts';
import { eventFeedContract } from './event-feed.contract.ts';
import { type EventFeedWorld, serialOf } from './event-feed.fixture.ts';

async function createMemoryWorld(lanes: number): Promise<EventFeedWorld> {
  const store = createMemoryEventStore({ lanes });
  const notes = new Map<string, number[]>();
  return {
    open: (options) => createEventFeed(store, options),
    lanes,
    repeat: (count) => store.repeat(count),
    append: async (events) => store.append(events),
    async note(transaction, consumer, event) {
      const own = notes.get(consumer) ?? [];
      notes.set(consumer, own);
      (transaction as MemoryTransaction).defer(() => void own.push(serialOf(event)));
    },
    noted: async (consumer) => notes.get(consumer) ?? [],
    close: async () => undefined,
  };
}

async function createPostgresWorld(): Promise<EventFeedWorld> {
  const { connection, release } = await acquireTestDatabase();
  const database = createDatabase({ connection, maxConnections: 12 });
  await database.query(
    'create table note (n bigint generated always as identity, consumer text, serial integer)',
  );
  return {
    open: (options) => createPostgresEventFeed(database, options),
    lanes: 1,
    repeat: undefined,
    append: (events) => database.transaction((tx) => appendEvents(tx, events)),
    async note(transaction, consumer, event) {
      await (transaction as Queryable).query('insert into note (consumer, serial) values ($1, $2)', [
        consumer,
        serialOf(event),
      ]);
    },
    async noted(consumer) {
      const rows = await database.query<{ serial: number }>(
        'select serial from note where consumer = $1 order by n',
        [consumer],
      );
      return rows.map((row) => row.serial);
    },
    async close() {
      await database.close();
      await release();
    },
  };
}

eventFeedContract('memory, one lane', () => createMemoryWorld(1));
eventFeedContract('memory, a lane for each partition', () => createMemoryWorld(PARTITIONS));
eventFeedContract('memory, lanes with several partitions', () => createMemoryWorld(5));
eventFeedContract('postgres', createPostgresWorld);
