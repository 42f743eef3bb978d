import type { FastifyBaseLogger } from 'fastify';
import type { Database } from '../adapters/postgres/database.ts';
import { createAccountStore } from '../adapters/postgres/identity/account-store.ts';
import { createKeyStore } from '../adapters/postgres/identity/key-store.ts';
import { createSessionStore } from '../adapters/postgres/identity/session-store.ts';
import type { Config } from '../config/config.ts';
import { type Clock, systemClock } from '../kernel/clock.ts';
import { createIds, type Ids } from '../kernel/ids.ts';
import { systemRandom } from '../kernel/random.ts';
import { createIdentity, type Identity } from '../modules/identity/index.ts';
import { createTokens, type Tokens } from '../platform/tokens/tokens.ts';
import { enrolmentCodesOf } from './enrolment-codes.ts';
import { withLine } from './line-filling.ts';
import { openStorage } from './storage.ts';

/** What making people for load scripts takes. */
export type TokenIssuing = {
  readonly mode: Config['mode'];
  readonly accounts: ReturnType<typeof createAccountStore>;
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
  const base = {
    clock: systemClock,
    random: systemRandom,
    ids: createIds(systemClock, systemRandom),
    secretKey: config.secretKey,
    onError: (error: unknown) => logger.warn({ err: error }, 'failed, tried again'),
  };
  const accounts = createAccountStore(database, { committed: () => undefined });
  const tokens = createTokens({
    ...base,
    store: createKeyStore(database),
    keyMaxAgeMs: config.keyRotationMs,
    // They are for others: nothing of them needs to be remembered here.
    maxRemembered: 1,
  });
  const { sessions } = createIdentity({
    ...base,
    accounts,
    sessions: createSessionStore(database),
    tokens,
    enrolmentCodes: enrolmentCodesOf(config),
  });
  const performanceExists = async (id: string) => {
    const rows = await database.query('select from performance where id = $1', [id]);
    return rows.length > 0;
  };
  const { clock, ids } = base;
  const { signer } = tokens;
  return {
    tokens,
    issuing: { mode: config.mode, accounts, sessions, signer, performanceExists, clock, ids },
  };
}
