import type { Clock } from '../../../kernel/clock.ts';
import { type Lifecycle, repeating } from '../../../kernel/lifecycle.ts';
import type { LeaseKeeper } from '../../../platform/lease/lease-keeper.ts';
import type { Queryable } from '../database.ts';

export type IdempotencyCleanupOptions = {
  readonly clock: Clock;
  /** Where several processes run, the one that has it works. */
  readonly upkeepLease: Pick<LeaseKeeper, 'run'>;
  /** How long an answer is kept. Default 24 hours. */
  readonly retentionMs?: number;
  /** Default 10 minutes. */
  readonly intervalMs?: number;
  readonly onError: (error: unknown) => void;
};

const HOUR_MS = 3_600_000;
/** Rows of one statement: short, so that it never stands in the way of those who save. */
const ROWS_MAX = 5_000;

/**
 * Removes stored answers that nobody can expect any more. By the database's time, which wrote them.
 * @param signal ends it between two statements
 * @returns how many
 */
export async function removeOldAnswers(
  database: Queryable,
  retentionMs: number,
  signal?: AbortSignal,
): Promise<number> {
  let removed = 0;
  for (;;) {
    const rows = await database.query<{ count: number }>(
      `with old as (
         delete from idempotency_record where ctid = any (array(
           select ctid from idempotency_record
           where created_at < now() - $1 * interval '1 millisecond' limit ${ROWS_MAX}))
         returning 1)
       select count(*) as count from old`,
      [retentionMs],
    );
    const count = rows[0]?.count ?? 0;
    removed += count;
    if (count < ROWS_MAX || signal?.aborted) return removed;
  }
}

/** Removes old answers now and then. */
export function createIdempotencyCleanup(database: Queryable, options: IdempotencyCleanupOptions): Lifecycle {
  const { clock, upkeepLease, retentionMs = 24 * HOUR_MS, intervalMs = HOUR_MS / 6, onError } = options;
  const run = () =>
    upkeepLease.run(async (signal) => void (await removeOldAnswers(database, retentionMs, signal)));
  return repeating('idempotency cleanup', run, { clock, everyMs: intervalMs, onError, unref: true });
}
