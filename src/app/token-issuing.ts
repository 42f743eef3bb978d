import type { FastifyBaseLogger } from 'fastify';
import { createCatalogueReader } from '../adapters/postgres/catalogue/catalogue-reader.ts';
import type { Database } from '../adapters/postgres/database.ts';
import type { Config } from '../config/config.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Ids } from '../kernel/ids.ts';
import type { AccountStore, Identity } from '../modules/identity/index.ts';
import type { Tokens } from '../platform/auth/tokens/tokens.ts';
import { composeIdentity } from './compose/identity.ts';
import { createFoundation } from './foundation.ts';
import { withLine } from './line-filling.ts';
import { markDatabase } from './mark-database.ts';
import { openStorage } from './storage.ts';

/** What making people for load scripts takes. */
export type TokenIssuing = {
  readonly mode: Config['mode'];
  readonly accounts: AccountStore;
  readonly sessions: Identity['sessions'];
  readonly signer: Tokens['signer'];
  readonly performanceExists: (id: string) => Promise<boolean>;
  /** Lets people join a line, in this order; where that was asked for. */
  readonly join?: (performanceId: string, accountIds: readonly string[]) => Promise<void>;
  readonly clock: Clock;
  readonly ids: Ids;
};

type IssuingOptions = {
  readonly logger: FastifyBaseLogger;
  readonly signal: AbortSignal;
  /** People are to join a line: then no system may run beside. */
  readonly fillsLine: boolean;
};

/**
 * Opens the database and the signing keys, beside the system or without it, for as long as `work` takes.
 * @throws Fault when the database cannot be had, or a line that another process keeps
 */
export async function withTokenIssuing<T>(
  config: Config,
  options: IssuingOptions,
  work: (issuing: TokenIssuing) => Promise<T>,
): Promise<T> {
  const storage = await openStorage({ config, role: 'tool', ...options });
  try {
    if (config.mode === 'demo') await markDatabase(config, storage.database);
    const { tokens, issuing } = compose(config, storage.database, options.logger);
    await tokens.lifecycle.start();
    try {
      if (!options.fillsLine) return await work(issuing);
      return await withLine(config, storage.database, (join) => work({ ...issuing, join }));
    } finally {
      await tokens.lifecycle.stop();
    }
  } finally {
    await storage.close();
  }
}

function compose(
  config: Config,
  database: Database,
  logger: FastifyBaseLogger,
): { readonly tokens: Tokens; readonly issuing: TokenIssuing } {
  // They are for others: nothing of them needs to be remembered here.
  const base = createFoundation({ ...config, rememberedTokensMax: 1 }, { database }, { logger });
  const { tokens, identity, accountStore } = composeIdentity(base);
  const catalogue = createCatalogueReader(database);
  return {
    tokens,
    issuing: {
      mode: config.mode,
      accounts: accountStore,
      sessions: identity.sessions,
      signer: tokens.signer,
      performanceExists: async (id) => (await catalogue.performance(id)) !== undefined,
      clock: base.clock,
      ids: base.ids,
    },
  };
}
