import type { FeedEvent, FeedLane, FeedPage, PageRequest, TailPage } from '../../../platform/events/ports.ts';
import type { Database } from '../database.ts';
import { EVENT_COLUMNS, type EventRow, eventsOf, sizeOf, toPage } from './event-rows.ts';
import { GapFence } from './gap-fence.ts';

/**
 * Follows the table `event` by position without overlooking one that commits late.
 *
 * Positions come from a sequence, so transactions commit in another order than they drew: a reader that
 * remembered the greatest position it saw would skip what a slower transaction commits below it later.
 *
 * Invariant: the horizon is moved past a position only if its event has been read, or can never appear.
 *
 * 1. The sequence gives out every number once, in order, step 1, no cache. So as long as rows join on without
 *    a gap there is no smaller position that could still come: they are given out at once, no matter which
 *    other transactions are open.
 * 2. At a gap g, with a row p > g in sight, g was drawn before p. Either its transaction is still open, or
 *    it rolled back, or (after a crash of the server, which skips up to 32 values) nobody ever drew it.
 *    Which one, the `GapFence` finds out from the table's locks, and only then g is passed over.
 *
 * What it costs: with nobody rolling back, nothing but the read. A rolled-back transaction costs one look at
 * pg_locks and a delay of some 10 ms; an open one holds up what was saved after it, until it ends.
 *
 * Five other ways were tried, one of which looks right and is not: docs/decisions/006-follow-events-by-gaps.md.
 */
export function createEventTail(database: Database): FeedLane {
  const fence = new GapFence(database);
  return {
    open: () => openNearEnd(database, fence),
    offsetBefore: (position) => Promise.resolve(position),
    readTail: (after, types) => readTail({ database, fence, after, types }),
    readPage: (request) => readPage(database, request),
  };
}

/** The name of this feed beside the offsets of its consumers, which are positions; those of other feeds are not. */
export const FEED = 'postgres';

const TAIL_EVENTS_MAX = 1_000;
/** While a gap is open it is looked at again and again: few events then. */
const GAP_EVENTS_MAX = 100;
/** A page spans so many positions at most, so that rare types do not make long statements. */
const PAGE_SPAN_MAX = 20_000;

/** Rows until they hold so many events; a row has up to 500. */
const upTo = (
  limit: string,
  rows: string,
) => `select position, size, version, key, partition_key, at, trace, type, data from (
    select *, sum(size) over (order by position rows unbounded preceding) - size as before
    from (${rows} order by position limit ${limit}) found
  ) counted where before < ${limit} order by position`;

const READ_TAIL = {
  name: 'read-event-tail',
  text: upTo(
    '$3',
    `select ${EVENT_COLUMNS},
      case when type = any($2::text[]) then type end as type,
      case when type = any($2::text[]) then data end as data
    from event where position > $1`,
  ),
};

const READ_PAGE = {
  name: 'read-event-page',
  text: upTo(
    '$4',
    `select ${EVENT_COLUMNS}, type, data
    from event where position > $1 and position <= $2 and type = any($3::text[])`,
  ),
};

type TailRead = {
  readonly database: Database;
  readonly fence: GapFence;
  readonly after: number;
  readonly types: ReadonlySet<string>;
};

async function readTail({ database, fence, after, types }: TailRead): Promise<TailPage> {
  const limit = fence.isOpen ? GAP_EVENTS_MAX : TAIL_EVENTS_MAX;
  const rows = await database.query<EventRow>(READ_TAIL, [after, [...types], limit]);
  const events: FeedEvent[] = [];
  let end = after;
  let taken = 0;
  for (const row of rows) {
    if (!fence.joins(end, row.position)) break;
    end = row.position;
    taken += 1;
    for (const event of eventsOf(row)) events.push(event);
  }
  const size = sizeOf(rows.slice(0, taken));
  if (taken < rows.length) {
    return { after, end, events, size, againMs: await fence.examine(end, rows.at(-1)!.position) };
  }
  fence.close();
  return { after, end, events, size, againMs: size >= limit ? 0 : undefined };
}

async function readPage(database: Database, request: PageRequest): Promise<FeedPage> {
  const { after, types, limit } = request;
  const end = Math.min(request.end, after + PAGE_SPAN_MAX);
  const rows = await database.query<EventRow>(READ_PAGE, [after, end, [...types], limit]);
  return toPage({ after, end, limit }, rows);
}

/**
 * Where to begin: at the last position drawn, if nobody is writing events this moment, since everything up
 * to it is final then. Else where the foremost consumer stands, which was final when it was saved.
 */
async function openNearEnd(database: Database, fence: GapFence): Promise<number> {
  const [drawn] = await database.query<{ last: number }>(
    `select case when is_called then last_value else 0 end as last from event_position_seq`,
  );
  // A statement of its own: it must look at the locks after the sequence was read.
  if ((await fence.writers()).length === 0) return drawn!.last;
  const [saved] = await database.query<{ position: number }>(
    'select coalesce(max(position), 0) as position from event_consumer where feed = $1',
    [FEED],
  );
  return saved!.position;
}
