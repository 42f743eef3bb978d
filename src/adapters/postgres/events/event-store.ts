import { partitionOf } from '../../../platform/events/partitions.ts';
import type { DeadLetter, EventMarks, EventStore } from '../../../platform/events/ports.ts';
import type { Queryable } from '../database.ts';
import { EVENT_COLUMNS, type EventRow, eventsOf } from './event-rows.ts';

// Rows that events share have no subject: what they tell of, the holds of a batch, is in the reservations too.
const HISTORY = {
  name: 'event-history',
  text: `select ${EVENT_COLUMNS}, type, data from event where key = $1 order by position`,
};

const MARKS = {
  name: 'event-marks',
  text: 'select consumer, position from event_mark where partition = $1',
};

const DEAD_LETTERS = {
  name: 'event-dead-letters',
  text: `select consumer, event->>'type' as type, event->>'subject' as subject, position, cause, error, attempts,
      coalesce(first_failed_at, parked_at) as since
    from dead_letter where partition_key = any($1::text[]) and state in ('parked', 'waiting')
      and event->>'subject' = any($2::text[])
    order by seq`,
};

/** The table of events as the record of what happened. */
export function createEventStore(database: Queryable): EventStore & EventMarks {
  return {
    async history(subject) {
      const rows = await database.query<EventRow>(HISTORY, [subject]);
      return rows.flatMap(eventsOf);
    },
    async marks(partitionKey) {
      const partition = partitionOf(partitionKey);
      const rows = await database.query<{ consumer: string; position: number }>(MARKS, [partition]);
      return new Map(rows.map(({ consumer, position }) => [consumer, position]));
    },
    async deadLetters({ partitionKeys, subjects }) {
      const rows = await database.query<Omit<DeadLetter, 'since'> & { since: Date }>(DEAD_LETTERS, [
        partitionKeys,
        subjects,
      ]);
      return rows.map((row) => ({ ...row, since: row.since.getTime() }));
    },
  };
}
