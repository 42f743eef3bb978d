import { setTimeout as sleep } from 'node:timers/promises';
import type { Queryable } from './database.ts';

/** Commits before the first that counts: connection, plan and pages are there then. */
const WARM_UP = 50;
const TABLE = 'commit_timing';

export type CommitSeries = {
  readonly count: number;
  /** How often one begins; those that are late begin at once. Default: as soon as the last one is answered. */
  readonly perSecond?: number | undefined;
};

/**
 * How long one commit of one row takes, one after the other on one connection,
 * from the sending to the answer. The rows go into a table of its own, which is gone afterwards.
 *
 * The pace matters: with pauses in between, processors fall asleep and caches are used by others, so that a commit
 * takes up to three times as long.
 * @returns durations in ms, in their order
 */
export async function timeCommits(
  database: Queryable,
  { count, perSecond }: CommitSeries,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const durations: number[] = [];
  try {
    await database.query(`create table if not exists ${TABLE} (no integer, at timestamptz not null)`);
    const begunAt = performance.now();
    for (let no = 0; no < count + WARM_UP && !signal.aborted; no++) {
      if (perSecond !== undefined) await sleepUntil(begunAt + (no * 1_000) / perSecond);
      const from = performance.now();
      await database.query(`insert into ${TABLE} values ($1, now())`, [no]);
      if (no >= WARM_UP) durations.push(performance.now() - from);
    }
    return durations;
  } finally {
    await database.query(`drop table if exists ${TABLE}`).catch(() => undefined);
  }
}

async function sleepUntil(at: number): Promise<void> {
  const restMs = at - performance.now();
  if (restMs > 0) await sleep(restMs);
}
