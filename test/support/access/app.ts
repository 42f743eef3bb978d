import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, type Database } from '../../../src/adapters/postgres/database.ts';
import { createKeyStore } from '../../../src/adapters/postgres/identity/key-store.ts';
import { type App, buildApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/config/config.ts';
import { mailFolder } from '../../../src/config/mail-settings.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { createIds } from '../../../src/kernel/ids.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import { createTokens, type Tokens } from '../../../src/platform/auth/tokens/tokens.ts';
import { createLogger } from '../../../src/platform/observability/logger.ts';
import { acquireTestDatabase } from '../postgres.ts';

/** The whole system on a database of its own, and tokens signed with its keys as by another process. */
export type AccessApp = {
  readonly app: App;
  readonly database: Database;
  readonly tokens: Tokens;
  /** Where mails are. */
  readonly mailFolder: string;
  close(): Promise<void>;
};

const ENVIRONMENT = { PORT: '0', SIGN_UPS_PER_MINUTE: '100000', LOG_INS_PER_MINUTE: '100000' };

/** @param environment on top of what every such test needs */
export async function startAccessApp(environment: Record<string, string> = {}): Promise<AccessApp> {
  const testDatabase = await acquireTestDatabase();
  const database = createDatabase({ connection: testDatabase.connection });
  const dataDir = await mkdtemp(join(tmpdir(), 'access-app-'));
  const config = readConfig({ ...ENVIRONMENT, DATA_DIR: dataDir, ...environment });
  const logger = createLogger({ level: 'silent', format: 'json' });
  const storage = { database, close: () => database.close() };
  const app = await buildApp(config, { logger, storage });
  await app.start();
  const tokens = createTokens({
    store: createKeyStore(database),
    clock: systemClock,
    random: systemRandom,
    ids: createIds(systemClock, systemRandom),
    secretKey: config.secretKey,
    onError: (error) => logger.error({ err: error }),
  });
  await tokens.lifecycle.start();
  return {
    app,
    database,
    tokens,
    mailFolder: mailFolder(config),
    async close() {
      await tokens.lifecycle.stop();
      await app.stop();
      await testDatabase.release();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
