import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../config.ts';
import { openStorage } from './storage.ts';

/** Commits before the first that counts: connection, plan and pages are there then. */
const WARM_UP = 50;
const TABLE = 'commit_timing';

/**
 * How long one commit of one row takes on the database of the configuration, one after the other on one connection,
 * from the sending to the answer. The rows go into a table of its own, which is gone afterwards.
 * @returns durations in ms, in their order
 * @throws Fault when the database cannot be had
 */
export async function timeCommits(
  config: Config,
  count: number,
  options: { readonly logger: FastifyBaseLogger; readonly signal: AbortSignal },
): Promise<readonly number[]> {
  const storage = await openStorage({ config, role: 'tool', ...options });
  const { database } = storage;
  const durations: number[] = [];
  try {
    await database.query(`create table if not exists ${TABLE} (no integer, at timestamptz not null)`);
    for (let no = 0; no < count + WARM_UP && !options.signal.aborted; no++) {
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
