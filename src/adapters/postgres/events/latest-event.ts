import type { Queryable } from '../database.ts';

/** When the last event on record happened, in epoch milliseconds; 0 where there is none. */
export async function readLatestEventAt(query: Queryable): Promise<number> {
  const [row] = await query.query<{ at: number }>(
    `select (extract(epoch from occurred_at) * 1000)::float8 as at from event order by position desc limit 1`,
  );
  return row?.at ?? 0;
}
