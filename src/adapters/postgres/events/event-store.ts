import type { EventStore } from '../../../platform/events/ports.ts';
import type { Queryable } from '../database.ts';
import { EVENT_COLUMNS, type EventRow, eventsOf } from './event-rows.ts';

// Rows that events share have no subject: what they tell of, the holds of a batch, is in the reservations too.
const HISTORY = {
  name: 'event-history',
  text: `select ${EVENT_COLUMNS}, type, data from event where key = $1 order by position`,
};

/** The table of events as the record of what happened. */
export function createEventStore(database: Queryable): EventStore {
  return {
    async history(subject) {
      const rows = await database.query<EventRow>(HISTORY, [subject]);
      return rows.flatMap(eventsOf);
    },
  };
}
