import type { Clock } from '../../../kernel/clock.ts';
import { type Lifecycle, repeating } from '../../../kernel/lifecycle.ts';
import type { LeaseKeeper } from '../../../platform/lease/lease-keeper.ts';
import type { Queryable } from '../database.ts';

const EVERY_MS = 60_000;
/** What ended since is left alone: a start wants to know of the admissions of the last second. */
const AGE_MS = 60_000;
/** A second's work, within the deadline of a statement. */
const AT_ONCE = 500_000;

// People end about in the order in which they came, so the first who has not is near the end of what is settled. A room
// that nobody has joined stays where it is: `least` passes over a null.
const SETTLE = {
  name: 'room-settle',
  text: `with due as (
      select r.performance_id, r.settled_to, least(r.settled_to + ${AT_ONCE}, coalesce(
        (select number - 1 from room_entry e
          where e.performance_id = r.performance_id and e.number > r.settled_to
            and (e.status < 2 or e.ended_at > to_timestamp($1::float8 / 1000))
          order by number limit 1),
        (select max(number) from room_entry e where e.performance_id = r.performance_id), r.settled_to)) as until
      from room r)
    update room r set settled_to = due.until, settled_admitted = r.settled_admitted + ended.admitted,
      settled_at = greatest(r.settled_at, ended.last_at)
    from due cross join lateral (
      select count(admitted_at) as admitted, max(greatest(joined_at, admitted_at, ended_at)) as last_at
      from room_entry e
      where e.performance_id = due.performance_id and e.number > due.settled_to and e.number <= due.until) ended
    where r.performance_id = due.performance_id and r.settled_to = due.settled_to and due.until > due.settled_to`,
};

/** Sums up the entries at the head of each room that have ended for good: a start does not read them again. */
export async function settleRooms(database: Queryable, nowMs: number): Promise<void> {
  await database.query(SETTLE, [nowMs - AGE_MS]);
}

export type RoomSettlingOptions = {
  readonly database: Queryable;
  readonly clock: Clock;
  /** Where several processes run, the one that has it settles. */
  readonly upkeepLease: Pick<LeaseKeeper, 'run'>;
  readonly onError: (error: unknown) => void;
};

/** Settles rooms once a minute, on a connection that no line waits for. Twice at once would do no harm. */
export function createRoomSettling(options: RoomSettlingOptions): Lifecycle {
  const { database, clock, upkeepLease, onError } = options;
  const settle = () => upkeepLease.run(() => settleRooms(database, clock.now()));
  return repeating('room settling', settle, { clock, everyMs: EVERY_MS, onError, unref: true });
}
