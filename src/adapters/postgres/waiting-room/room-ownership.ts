import type { RoomsFound } from '../../../modules/waiting-room/index.ts';
import type { Database, Queryable } from '../database.ts';
import { LOCKS } from '../locks.ts';

type Session = Pick<Database, 'query' | 'transaction'>;

/** Rooms at work, or these. */
type Scope = { readonly where: string; readonly values: readonly unknown[] };

const AT_WORK: Scope = { where: 'retired_at is null', values: [] };

/** Takes all rooms at work that nobody keeps, as `holder`. */
export async function takeFreeRooms(session: Session, holder: number): Promise<RoomsFound> {
  // Mostly there is none, which is one statement.
  const others = await session.query(
    'select from room where retired_at is null and holder is distinct from $1 limit 1',
    [holder],
  );
  if (others.length === 0) return { taken: [], elsewhere: [] };
  return session.transaction((tx) => take(tx, holder, AT_WORK));
}

/** Takes those of these rooms that nobody keeps, as `holder`. */
export function takeRooms(
  session: Session,
  holder: number,
  performanceIds: readonly string[],
): Promise<RoomsFound> {
  const scope = { where: 'performance_id = any ($2::uuid[])', values: [performanceIds] };
  return session.transaction((tx) => take(tx, holder, scope));
}

/**
 * Rooms of a process that has ended are nobody's. Its lock is held to the end of the transaction, so that it cannot come
 * back meanwhile, nor two others take the same rooms.
 */
async function take(tx: Queryable, holder: number, { where, values }: Scope): Promise<RoomsFound> {
  const ended = await tx.query<{ holder: number }>(
    `select holder from (
        select distinct holder from room where holder <> $1 and ${where}) h
      where pg_try_advisory_xact_lock((${LOCKS.roomHolder}::bigint << 32) | holder)`,
    [holder, ...values],
  );
  const taken = await tx.query<{ id: string }>(
    `update room set holder = $1
      where (holder is null or holder = any ($${values.length + 2}::int[])) and ${where}
      returning performance_id as id`,
    [holder, ...values, ended.map((row) => row.holder)],
  );
  const elsewhere = await tx.query<{ id: string }>(
    `select performance_id as id from room where holder <> $1 and ${where}`,
    [holder, ...values],
  );
  return { taken: taken.map(({ id }) => id), elsewhere: elsewhere.map(({ id }) => id) };
}
