import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../config/config.ts';
import { openStorage } from './storage.ts';

/** Commits before the first that counts: connection, plan and pages are there then. */
const WARM_UP = 50;
const TABLE = 'commit_timing';

export type CommitSeries = {
  readonly count: number;
  /** How often one begins; those that are late begin at once. Default: as soon as the last one is answered. */
  readonly perSecond?: number | undefined;
};

/**
 * How long one commit of one row takes on the database of the configuration, one after the other on one connection,
 * from the sending to the answer. The rows go into a table of its own, which is gone afterwards.
 *
 * The pace matters: with pauses in between, processors fall asleep and caches are used by others. A commit took
 * 0.34 ms in a row, 0.58 with pauses of 2 ms and 1.07 with pauses of 10 (medians; virtual machine of two cores).
 * @returns durations in ms, in their order
 * @throws Fault when the database cannot be had
 */
export async function timeCommits(
  config: Config,
  { count, perSecond }: CommitSeries,
  options: { readonly logger: FastifyBaseLogger; readonly signal: AbortSignal },
): Promise<readonly number[]> {
  const storage = await openStorage({ config, role: 'tool', ...options });
  const { database } = storage;
  const durations: number[] = [];
  try {
    await database.query(`create table if not exists ${TABLE} (no integer, at timestamptz not null)`);
    const begunAt = performance.now();
    for (let no = 0; no < count + WARM_UP && !options.signal.aborted; no++) {
      if (perSecond !== undefined) await sleepUntil(begunAt + (no * 1_000) / perSecond);
      const from = performance.now();
      await database.query(`insert into ${TABLE} values ($1, now())`, [no]);
      if (no >= WARM_UP) durations.push(performance.now() - from);
    }
    return durations;
  } finally {
    await database.query(`drop table if exists ${TABLE}`).catch(() => undefined);
    await storage.close();
  }
}

async function sleepUntil(at: number): Promise<void> {
  const restMs = at - performance.now();
  if (restMs > 0) await sleep(restMs);
}
