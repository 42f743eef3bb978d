import {
  createMemoryEventLog,
  createMemoryEventStore,
  type MemoryTransaction,
} from '../../src/adapters/memory/event-log.ts';
import { createDatabase, type Queryable } from '../../src/adapters/postgres/database.ts';
import { createPostgresEventLog } from '../../src/adapters/postgres/events/event-log.ts';
import { appendEvents } from '../../src/adapters/postgres/events/outbox.ts';
import { acquireTestDatabase } from '../support/postgres.ts';
import { eventLogContract } from './event-log.contract.ts';
import { type EventLogWorld, serialOf } from './event-log.stage.ts';

async function createMemoryWorld(): Promise<EventLogWorld> {
  const store = createMemoryEventStore();
  const notes = new Map<string, number[]>();
  return {
    open: (options) => createMemoryEventLog(store, options),
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

async function createPostgresWorld(): Promise<EventLogWorld> {
  const { connection, release } = await acquireTestDatabase();
  const database = createDatabase({ connection, maxConnections: 12 });
  await database.query(
    'create table note (n bigint generated always as identity, consumer text, serial integer)',
  );
  return {
    open: (options) => createPostgresEventLog(database, options),
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

eventLogContract('memory', createMemoryWorld);
eventLogContract('postgres', createPostgresWorld);
