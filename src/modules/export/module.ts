import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import { encodeEvent } from '../../platform/events/broker/cloud-events.ts';
import {
  type DurableConsumer,
  type EventType,
  type StoredEvent,
  staysInside,
} from '../../platform/events/event.ts';
import type { EventFeed } from '../../platform/events/feed.ts';
import type { ExportRecord, ExportSink } from './ports.ts';

export type ExportDeps = {
  /** Of the store itself, whatever feed others follow: no broker's retention ends what waits for the platform. */
  readonly feed: EventFeed;
  readonly sink: ExportSink;
  /** Of the consumer: each destination has a place of its own. */
  readonly name: string;
  readonly types: readonly EventType[];
};

export type Export = {
  readonly lifecycle: Lifecycle;
  /** An event that the platform refuses for good is parked as its dead letter; it runs by the lifecycle. */
  readonly consumer: DurableConsumer;
};

/**
 * Every event of the record leaves, in the order of the record, at least once, under its own id.
 *
 * - The place moves after the sink has kept a batch. Where the process dies in between, the batch is sent again.
 * - While the platform is away the consumer stands and nothing is kept in memory: the events lie in the store.
 * - Of several processes one exports: it locks the row of the consumer while a batch is under way.
 */
export function createExport({ feed, sink, name, types }: ExportDeps): Export {
  const inside = new Map(types.map((type) => [type.type, staysInside(type)]));
  const consumer: DurableConsumer = {
    kind: 'durable',
    name,
    types,
    outside: 'sends events to the platform of the export',
    apply: (events) => sink.write(events.map((event) => toRecord(event, inside.get(event.type) ?? []))),
  };
  const lifecycle = createLifecycle('export', {
    async start() {
      await feed.start();
      feed.subscribe(consumer);
    },
    async stop() {
      // A platform that hangs would hold up the stop.
      await sink.close();
      await feed.stop();
    },
  });
  return { lifecycle, consumer };
}

function toRecord(event: StoredEvent, withheld: readonly string[]): ExportRecord {
  const { id, position, type } = event;
  const kept = Object.entries(event.data).filter(([field]) => !withheld.includes(field));
  const data = withheld.length === 0 ? event.data : Object.fromEntries(kept);
  // Whole, however large: an outside platform cannot look a reference up.
  return { id, position, type, json: encodeEvent({ ...event, data }, Infinity).toString() };
}
