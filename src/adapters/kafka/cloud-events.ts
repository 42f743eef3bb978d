import { Fault } from '../../kernel/faults.ts';
import type { StoredEvent } from '../../platform/events/event.ts';

/** The header by which the Kafka binding of CloudEvents 1.0 tells a whole event in the value from bare data. */
export const CONTENT_TYPE = 'application/cloudevents+json; charset=UTF-8';

const SOURCE = 'urn:firstcome';

/** How an event stands in a record: structured mode, with the extensions `partitionkey`, `traceparent` and `dataref`. */
type CloudEvent = {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype?: 'application/json';
  readonly partitionkey: string;
  readonly traceparent?: string;
  /** Of the schema of the data. */
  readonly dataversion: number;
  /** The place in the store; text, since an integer of CloudEvents has 32 bits. */
  readonly storeposition: string;
  /** Instead of the data, where it would be too large. */
  readonly dataref?: string;
  readonly data?: object;
};

/** An event out of a record; one whose data stayed in the store has none. */
export type ReadEvent = Omit<StoredEvent, 'data'> & { readonly data: object | undefined };

/** The value of a record: with its data where it then has `bytesMax` at most, else with a reference to the store. */
export function encodeEvent(event: StoredEvent, bytesMax: number): Buffer {
  const envelope = {
    specversion: '1.0',
    id: event.id,
    source: SOURCE,
    type: event.type,
    subject: event.subject,
    time: new Date(event.occurredAt).toISOString(),
    partitionkey: event.partitionKey,
    ...(event.trace === undefined ? {} : { traceparent: event.trace }),
    dataversion: event.version,
    storeposition: String(event.position),
  } satisfies CloudEvent;
  const whole = { ...envelope, datacontenttype: 'application/json', data: event.data } satisfies CloudEvent;
  const value = Buffer.from(JSON.stringify(whole));
  if (value.length <= bytesMax) return value;
  const reference = { ...envelope, dataref: `${SOURCE}:event:${event.id}` } satisfies CloudEvent;
  return Buffer.from(JSON.stringify(reference));
}

/** @throws Fault for a record that no relay of ours wrote */
export function decodeEvent(value: Buffer | null): ReadEvent {
  const event = parse(value);
  const position = Number(event.storeposition);
  const occurredAt = Date.parse(String(event.time));
  const isOurs =
    event.specversion === '1.0' &&
    event.source === SOURCE &&
    [event.id, event.type, event.subject, event.partitionkey].every((text) => typeof text === 'string') &&
    Number.isSafeInteger(position) &&
    position > 0 &&
    Number.isFinite(occurredAt) &&
    (typeof event.data === 'object' || typeof event.dataref === 'string');
  if (!isOurs) throw new Fault('kafka_foreign_record', 'a record is not an event of firstcome');
  return {
    id: event.id!,
    position,
    type: event.type!,
    version: event.dataversion ?? 1,
    subject: event.subject!,
    partitionKey: event.partitionkey!,
    occurredAt,
    ...(event.traceparent === undefined ? {} : { trace: event.traceparent }),
    data: event.data,
  };
}

function parse(value: Buffer | null): Partial<CloudEvent> {
  try {
    const parsed: unknown = JSON.parse(value?.toString() ?? '');
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    // Said below: what stands in a foreign record is not repeated in a log.
  }
  throw new Fault('kafka_foreign_record', 'a record is not an event of firstcome');
}
