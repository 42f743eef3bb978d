import type { DomainEvent } from '../../../platform/events/event.ts';
import type { Queryable, Statement } from '../database.ts';

/**
 * Saves events in the transaction of the state they speak of. The table is outbox and log in one: nothing
 * moves them afterwards. One JSON document is faster than arrays (docs/decisions/005-events-as-one-json.md).
 */
const APPEND_EVENTS: Statement = {
  name: 'append-events',
  // The order by fixes the order in which positions are drawn: that of the array.
  text: `insert into event (type, version, key, partition_key, occurred_at, trace, data)
    select type, version, subject, nullif("partitionKey", subject::text), to_timestamp("occurredAt" / 1000.0), trace, data
    from rows from (json_to_recordset($1::json) as
      (type text, version smallint, subject uuid, "partitionKey" text, "occurredAt" float8, trace text, data json))
      with ordinality as e (type, version, subject, "partitionKey", "occurredAt", trace, data, n)
    order by n`,
};

/**
 * Saves events, in their order, in an open transaction. Events of one subject get positions in the
 * order of their saving as long as those who save them lock its state first, as every effect does.
 *
 * Call it last in the transaction: while it is open, readers wait at the positions it drew.
 * After the commit tell the feed with `CommitNotice`, so that this process need not wait for the next poll.
 */
export async function appendEvents(tx: Queryable, events: readonly DomainEvent[]): Promise<void> {
  if (events.length === 0) return;
  appended.add(tx);
  await tx.query(APPEND_EVENTS, [JSON.stringify(events)]);
}

/** Of a type of which a subject has one at a time at most. */
const FIND_EVENT = {
  name: 'find-event',
  text: `select from event where key = $1 and type = $2 and occurred_at = to_timestamp($3::float8 / 1000)`,
};

/** The same of what follows from other events, and may be found out again: an event that is on record is not saved again. */
export async function appendOnce(tx: Queryable, events: readonly DomainEvent[]): Promise<void> {
  const fresh: DomainEvent[] = [];
  for (const event of events) {
    const known = await tx.query(FIND_EVENT, [event.subject, event.type, event.occurredAt]);
    if (known.length === 0) fresh.push(event);
  }
  await appendEvents(tx, fresh);
}

const appended = new WeakSet<Queryable>();

/** Whether events were appended in this transaction. */
export function hasAppended(tx: Queryable): boolean {
  return appended.has(tx);
}

/** What an adapter that appends events calls after its commit: cheap, may be called for nothing. */
export type CommitNotice = { committed(): void };
