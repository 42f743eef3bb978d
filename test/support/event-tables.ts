import type { Database, Queryable } from '../../src/adapters/postgres/database.ts';
import { appendEvents } from '../../src/adapters/postgres/events/outbox.ts';
import { type EventFeedWorld, serialOf } from '../contracts/event-feed.fixture.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';

/** What feeds that keep their events and places in PostgreSQL have in common in the contract. */
export type EventTables = Pick<
  EventFeedWorld,
  'append' | 'note' | 'noted' | 'parked' | 'unpark' | 'close'
> & {
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
    async parked(consumer) {
      const rows = await database.query<{ serial: number; cause: string | null }>(
        `select (event->'data'->>'serial')::integer as serial, cause from dead_letter
          where consumer = $1 and state in ('parked', 'waiting') order by seq`,
        [consumer],
      );
      return rows.map(({ serial, cause }) => ({ serial, cause: cause ?? undefined }));
    },
    unpark: (consumer, key) =>
      database.transaction(async (tx) => {
        await tx.query('delete from dead_letter_key where consumer = $1 and partition_key = $2', [
          consumer,
          key,
        ]);
        await tx.query(
          `update dead_letter set state = 'redriven' where consumer = $1 and partition_key = $2`,
          [consumer, key],
        );
      }),
    close,
  };
}
