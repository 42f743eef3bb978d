import type { FastifyBaseLogger } from 'fastify';
import { type CommitSeries, timeCommits as timeCommitsOn } from '../adapters/postgres/commit-timing.ts';
import type { Config } from '../config/config.ts';
import { openStorage } from './storage.ts';

/**
 * How long one commit takes on the database of the configuration.
 * @returns durations in ms, in their order
 * @throws Fault when the database cannot be had
 */
export async function timeCommits(
  config: Config,
  series: CommitSeries,
  options: { readonly logger: FastifyBaseLogger; readonly signal: AbortSignal },
): Promise<readonly number[]> {
  const storage = await openStorage({ config, role: 'tool', ...options });
  try {
    return await timeCommitsOn(storage.database, series, options.signal);
  } finally {
    await storage.close();
  }
}
