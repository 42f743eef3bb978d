import type { Database, Queryable } from '../../src/adapters/postgres/database.ts';
import { appendEvents } from '../../src/adapters/postgres/events/outbox.ts';
import { type EventFeedWorld, serialOf } from '../contracts/event-feed.fixture.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';

/** What feeds that keep their events and places in PostgreSQL have in common in the contract. */
export type EventTables = Pick<EventFeedWorld, 'append' | 'note' | 'noted' | 'close'> & {
  readonly database: Database;
};

export async function openEventTables(
  open: () => Promise<OpenDatabase> = () => openDatabase({ maxConnections: 12 }),
): Promise<EventTables> {
  const { database, close } = await open();
  await database.query(
    'create table note (n bigint generated always as identity, consumer text, serial integer)',
  );
  return {
    database,
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
    close,
  };
}
