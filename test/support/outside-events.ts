/** Events as they leave, read by the rules of CloudEvents 1.0 alone, and compared with the record. */
import assert from 'node:assert/strict';
import type { Database } from '../../src/adapters/postgres/database.ts';
import { createEventTail } from '../../src/adapters/postgres/events/event-tail.ts';
import { eventTypes } from '../../src/app/event-types.ts';
import type { FeedEvent } from '../../src/platform/events/ports.ts';

export type OutsideEvent = {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly partitionkey: string;
  readonly data: Readonly<Record<string, unknown>>;
};

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#attribute-naming-convention */
const ATTRIBUTE_NAME = /^[a-z0-9]{1,20}$/;
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const INTEGER_MAX = 2 ** 31 - 1;

/** An event of the JSON format of CloudEvents 1.0. @throws AssertionError where a rule of it is broken */
export function readCloudEvent(value: unknown): OutsideEvent {
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value), 'an event is an object');
  const event = value as Record<string, unknown>;
  assert.equal(event['specversion'], '1.0');
  for (const name of ['id', 'source', 'type', 'subject', 'partitionkey'])
    assert.ok(typeof event[name] === 'string' && event[name] !== '', `${name} is a text that is not empty`);
  assert.match(String(event['source']), /^[a-z][a-z0-9+.-]*:\S+$/, 'the source is a URI');
  assert.match(String(event['time']), RFC_3339);
  assert.equal(event['datacontenttype'], 'application/json');
  assert.ok(typeof event['data'] === 'object' && event['data'] !== null, 'the data is whole');
  assert.ok(!('dataref' in event) && !('data_base64' in event));
  if ('traceparent' in event) assert.match(String(event['traceparent']), TRACEPARENT);
  for (const [name, of] of Object.entries(event)) {
    if (name === 'data') continue;
    assert.match(name, ATTRIBUTE_NAME);
    const isAttribute =
      typeof of === 'string' ||
      typeof of === 'boolean' ||
      (Number.isInteger(of) && Math.abs(of as number) <= INTEGER_MAX);
    assert.ok(isAttribute, `${name} is a text, a boolean or an integer of 32 bits`);
  }
  return event as OutsideEvent;
}

/** Fields that may not leave, by type of event. */
const INSIDE: Readonly<Record<string, readonly string[]>> = {
  'points.credited': ['reason'],
  'performance.cancelled': ['reason'],
  'dead-letters.discarded': ['reason'],
};

/** Everything on record, in its order. */
export async function readRecord(database: Database): Promise<readonly FeedEvent[]> {
  const tail = createEventTail(database);
  const types = new Set(
    Object.values(eventTypes)
      .flat()
      .map(({ type }) => type),
  );
  const [last] = await database.query<{ end: number }>('select coalesce(max(position), 0) as end from event');
  const events: FeedEvent[] = [];
  for (let after = 0; after < last!.end; ) {
    const page = await tail.readPage({ after, end: last!.end, types, limit: 1_000 });
    events.push(...page.events);
    after = page.end;
  }
  return events;
}

/** An event of the record as it may be seen outside. */
function asOutside(event: FeedEvent): OutsideEvent {
  const withheld = INSIDE[event.type] ?? [];
  const kept = Object.entries(event.data).filter(([field]) => !withheld.includes(field));
  return {
    id: event.id,
    type: event.type,
    subject: event.subject,
    time: new Date(event.occurredAt).toISOString(),
    partitionkey: event.partitionKey,
    data: Object.fromEntries(kept),
  };
}

const shown = ({ id, type, subject, time, partitionkey, data }: OutsideEvent): OutsideEvent => ({
  id,
  type,
  subject,
  time,
  partitionkey,
  data,
});

/** @throws AssertionError unless these are exactly the events of the record, in its order */
export function assertExactly(outside: readonly OutsideEvent[], record: readonly FeedEvent[]): void {
  assert.deepEqual(outside.map(shown), record.map(asOutside));
}
