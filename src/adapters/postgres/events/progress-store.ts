import type { ConsumerFailure } from '../../../platform/events/feed.ts';
import { PARTITIONS } from '../../../platform/events/partitions.ts';
import type { ProgressStore, SavedProgress, Step, StepOutcome } from '../../../platform/events/ports.ts';
import type { Database, Queryable } from '../database.ts';

type ProgressRow = {
  name: string;
  lane: number;
  position: number;
  attempts: number;
  last_error: string | null;
  failing_since: Date | null;
  failed_position: number | null;
};

const COLUMNS = 'name, lane, position, attempts, last_error, failing_since, failed_position';

/**
 * One statement before the effect: the lock of the lane's row keeps a second process out for the time of a batch, its
 * offset tells whether one was there in between, and a mark moves only where all that is to take effect lies above it.
 */
const ADVANCE = {
  name: 'advance-event-consumer',
  text: `with held as (
      select position from event_consumer where name = $1 and lane = $2 and feed = $8 for update skip locked
    ), marked as (
      update event_mark m set position = s.last
      from held, unnest($4::smallint[], $5::bigint[], $6::bigint[]) as s (partition, first, last)
      where held.position = $7 and m.consumer = $1 and m.partition = s.partition and m.position < s.first
      returning m.partition
    ), moved as (
      update event_consumer c set position = $3, updated_at = now(), attempts = 0, last_error = null,
        failing_since = null, failed_position = null
      from held where held.position = $7 and c.name = $1 and c.lane = $2 and c.feed = $8
    )
    select (select position from held) as held, (select count(*) from marked)::integer as marked`,
};

/** Thrown to roll back, and caught here. */
class Moved extends Error {}

// In one order for all, so that of two processes the second finds all that the first has made.
const BEGIN = `with begun as (
    insert into event_consumer (name, feed, lane, position)
    select $1::text, $2::text, o.n - 1, o.position from unnest($3::bigint[]) with ordinality as o (position, n) order by o.n
    on conflict do nothing
  )
  insert into event_mark (consumer, partition, position)
  select $1::text, p, $4::bigint from generate_series(0, $5::integer - 1) as p order by p
  on conflict do nothing`;

/** Progress of durable consumers of a feed: offsets in `event_consumer`, marks in `event_mark`. */
export function createEventProgress(database: Database, feed: string): ProgressStore {
  return {
    async load(name, lane) {
      const [row] = await database.query<ProgressRow>(
        `select ${COLUMNS} from event_consumer where name = $1 and lane = $2 and feed = $3`,
        [name, lane, feed],
      );
      return row && toProgress(row);
    },
    async begin({ name, offsets, mark }) {
      await database.query(BEGIN, [name, feed, offsets, mark, PARTITIONS]);
    },
    async loadMarks(name) {
      const rows = await database.query<{ position: number }>(
        'select position from event_mark where consumer = $1 order by partition',
        [name],
      );
      return rows.map(({ position }) => position);
    },
    async advance(step) {
      try {
        return await database.transaction((tx) => advance(tx, feed, step));
      } catch (error) {
        if (error instanceof Moved) return 'moved';
        throw error;
      }
    },
    async recordFailure(name, lane, failure) {
      await database.query(
        `update event_consumer set attempts = $3, last_error = $4, failing_since = $5, failed_position = $6
          where name = $1 and lane = $2 and feed = $7`,
        [name, lane, failure.attempts, failure.error, new Date(failure.since), failure.position, feed],
      );
    },
    async list() {
      const rows = await database.query<ProgressRow>(
        `select ${COLUMNS} from event_consumer where feed = $1 order by name, lane`,
        [feed],
      );
      return rows.map(toProgress);
    },
  };
}

/** Lets a consumer begin at the first event again, under the locks that it takes for each batch. */
export async function resetProgress(tx: Queryable, name: string): Promise<void> {
  await tx.query('update event_consumer set position = 0 where name = $1', [name]);
  await tx.query('update event_mark set position = 0 where consumer = $1', [name]);
  // What was parked or given up comes again as well.
  await tx.query('delete from dead_letter_key where consumer = $1', [name]);
  await tx.query(
    `update dead_letter set state = 'redriven', ended_at = now(), reason = 'its consumer began at the first event again'
      where consumer = $1 and state <> 'redriven'`,
    [name],
  );
}

async function advance(
  tx: Queryable,
  feed: string,
  { name, lane, savedOffset, end, marks, effect }: Step,
): Promise<StepOutcome> {
  const [row] = await tx.query<{ held: number | null; marked: number }>(ADVANCE, [
    name,
    lane,
    end,
    marks.map(({ partition }) => partition),
    marks.map(({ first }) => first),
    marks.map(({ last }) => last),
    savedOffset,
    feed,
  ]);
  if (row!.held === null) return 'busy';
  if (row!.held !== savedOffset) return 'moved';
  if (row!.marked < marks.length) throw new Moved();
  await effect?.(tx);
  return 'done';
}

function toProgress(row: ProgressRow): SavedProgress {
  return { name: row.name, lane: row.lane, offset: row.position, failure: toFailure(row) };
}

function toFailure(row: ProgressRow): ConsumerFailure | undefined {
  if (row.attempts === 0) return undefined;
  return {
    attempts: row.attempts,
    error: row.last_error ?? '',
    since: row.failing_since?.getTime() ?? 0,
    position: row.failed_position ?? row.position + 1,
  };
}
