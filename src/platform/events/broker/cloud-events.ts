import { Fault } from '../../../kernel/faults.ts';
import type { StoredEvent } from '../event.ts';

const SOURCE = 'urn:firstcome';

/** How an event is published: structured mode, with the extensions `partitionkey`, `traceparent` and `dataref`. */
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

/** An event as it was published; one whose data stayed in the store has none. */
export type ReadEvent = Omit<StoredEvent, 'data'> & { readonly data: object | undefined };

/** An event as it is published: with its data where it then has `bytesMax` at most, else with a reference to the store. */
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

/** @throws Fault for what no relay of ours wrote */
export function decodeEvent(json: unknown): ReadEvent {
  const event: Partial<CloudEvent> = typeof json === 'object' && json !== null ? json : {};
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
  if (!isOurs) throw new Fault('foreign_record', 'a record is not an event of firstcome');
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

/** JSON of a broker; undefined for what is none, since what stands in a foreign record is not repeated in a log. */
export function parseRecord(value: Buffer | null): unknown {
  try {
    return JSON.parse(value?.toString() ?? '');
  } catch {
    return undefined;
  }
}
