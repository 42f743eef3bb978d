import type { LoggedEvent } from '../../platform/events/event.ts';
import type { EventPage } from '../../platform/events/page.ts';

/** A row of `event` as the readers select it; `type` and `data` are null where nobody asked for the type. */
export type EventRow = {
  position: number;
  version: number;
  key: string;
  at: number;
  trace: string | null;
  type: string | null;
  data: object | null;
};

export function toLoggedEvent(row: EventRow): LoggedEvent {
  return {
    id: String(row.position),
    position: row.position,
    type: row.type ?? '',
    version: row.version,
    key: row.key,
    occurredAt: row.at,
    ...(row.trace === null ? {} : { trace: row.trace }),
    data: row.data ?? {},
  };
}

/** A page of what was found: it ends at the last row where the limit cut it. */
export function toPage(
  request: { readonly after: number; readonly end: number; readonly limit: number },
  rows: readonly EventRow[],
): EventPage {
  const events = rows.map(toLoggedEvent);
  const end = rows.length === request.limit ? rows.at(-1)!.position : request.end;
  return { after: request.after, end, events };
}
