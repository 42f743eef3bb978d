import type { FeedEvent, FeedPage } from '../../../platform/events/ports.ts';
import { type PackedHold, unpackHolds } from './packed-holds.ts';

/**
 * A row of `event` as the readers select it: one event with its key, or, without a key, `size` events that were saved
 * at once. `type` and `data` are null where nobody asked for the type.
 */
export type EventRow = {
  position: number;
  size: number;
  version: number;
  key: string | null;
  partition_key: string | null;
  at: number;
  trace: string | null;
  type: string | null;
  data: object | null;
};

/** The columns of an `EventRow`, but for those that readers may hide. */
export const EVENT_COLUMNS =
  'position, size, version, key, partition_key, (extract(epoch from occurred_at) * 1000)::bigint as at, trace';

/** The events of a row, in their order; none where nobody asked for the type. */
export function eventsOf(row: EventRow): readonly FeedEvent[] {
  if (row.type === null) return [];
  // Nothing else is packed: a constraint of the table holds it.
  if (row.key === null) return unpackHolds(row, row.data as readonly PackedHold[]);
  return [
    {
      id: String(row.position),
      position: row.position,
      offset: row.position,
      type: row.type,
      version: row.version,
      subject: row.key,
      partitionKey: row.partition_key ?? row.key,
      occurredAt: row.at,
      ...(row.trace === null ? {} : { trace: row.trace }),
      data: row.data ?? {},
    },
  ];
}

/** How many events these rows hold, whether asked for or not. */
export function sizeOf(rows: readonly EventRow[]): number {
  return rows.reduce((sum, { size }) => sum + size, 0);
}

/** A page of what was found: it ends at the last row where the limit cut it. */
export function toPage(
  request: { readonly after: number; readonly end: number; readonly limit: number },
  rows: readonly EventRow[],
): FeedPage {
  const isCut = sizeOf(rows) >= request.limit;
  const end = isCut ? rows.at(-1)!.position : request.end;
  return { after: request.after, end, events: rows.flatMap(eventsOf) };
}
