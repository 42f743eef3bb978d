import type { Database } from '../adapters/postgres/database.ts';
import { markForDemo, markForProduction } from '../adapters/postgres/database-mode.ts';
import { createKeyStore } from '../adapters/postgres/identity/key-store.ts';
import type { Config } from '../config/config.ts';
import { openPrivateKey } from '../platform/auth/tokens/sealed-key.ts';

/**
 * Asks whether this configuration may use the database, before anything is written to it: the key first, then what
 * the database is for, which is marked from now on.
 * @throws Fault `signing_key_sealed`, and those of the mark
 */
export async function markDatabase(
  config: Pick<Config, 'mode' | 'secretKey'>,
  database: Database,
): Promise<void> {
  await assertKeyFits(config.secretKey, database);
  await (config.mode === 'production' ? markForProduction(database) : markForDemo(database));
}

/** One key tells: all are sealed with the same secret. */
export async function assertKeyFits(secretKey: string, database: Database): Promise<void> {
  const key = (await createKeyStore(database).load()).at(-1);
  if (key !== undefined) await openPrivateKey(key.privateSealed, key.kid, secretKey);
}
