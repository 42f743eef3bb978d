import type { FastifyBaseLogger } from 'fastify';
import { type CheckReport, runCheck } from '../adapters/postgres/invariants/index.ts';
import type { Config } from '../config/config.ts';
import { openStorage } from './storage.ts';

export type { CheckReport } from '../adapters/postgres/invariants/index.ts';

/**
 * Runs every invariant on the database of the configuration, beside the system or without it.
 * @throws Fault when the database cannot be had
 */
export async function checkDatabase(
  config: Config,
  options: { readonly logger: FastifyBaseLogger; readonly signal: AbortSignal },
): Promise<CheckReport> {
  const storage = await openStorage({ config, role: 'tool', ...options });
  try {
    return await runCheck(storage.database);
  } finally {
    await storage.close();
  }
}
