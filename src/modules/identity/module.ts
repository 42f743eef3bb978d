import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { Lifecycle } from '../../kernel/lifecycle.ts';
import type { Random } from '../../kernel/random.ts';
import type { Authenticate } from '../../platform/auth/principal.ts';
import { deriveKey } from '../../platform/auth/tokens/secret.ts';
import type { Tokens } from '../../platform/auth/tokens/tokens.ts';
import { warnOfProxies } from '../../platform/http/proxy-warnings.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { LeaseKeeper } from '../../platform/lease/lease-keeper.ts';
import type { Limits } from '../../platform/limits/limits.ts';
import { endStreamsOf } from '../../platform/live/sse/event-stream.ts';
import type { Operation } from '../../platform/operations/operation.ts';
import { accountListRoute, accountRoutes, emailRoutes, roleRoutes } from './account-routes.ts';
import { type AccountsService, createAccountsService } from './accounts-service.ts';
import { createAuthenticate } from './authenticate.ts';
import { createEmailConfirmation, type EmailConfirmation } from './email-confirmation.ts';
import { keyRoutes } from './key-routes.ts';
import { createKnownDevices } from './known-devices.ts';
import { createIdentityLimits, type LimitOptions } from './limits.ts';
import { identityOperations } from './operations.ts';
import { createPasswords, type PasswordOptions } from './passwords.ts';
import type { AccountStore, EmailConfirmations, SessionStore } from './ports.ts';
import { createRefreshTokens } from './refresh-token.ts';
import { createRolesService, type EnrolmentCodes, type RolesService } from './roles-service.ts';
import { sessionRoutes } from './session-routes.ts';
import { createSessionsService, type SessionOptions, type SessionsService } from './sessions-service.ts';
import { type EndingListener, TokenEndings } from './token-endings.ts';
import { createUpkeep } from './upkeep.ts';

export type IdentityDeps = {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly confirmations: EmailConfirmations;
  readonly tokens: Tokens;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  /** Refresh tokens are made with it. */
  readonly secretKey: string;
  readonly enrolmentCodes: EnrolmentCodes;
  /** How often a code gives its role; by default any number of times. */
  readonly enrolmentCodeUsesMax?: number | undefined;
  /** Hears of what fails in the background; it is tried again. */
  readonly onError: (error: unknown) => void;
  readonly limits: Limits;
  /** Sessions that have expired are cleared away by the process that has it. */
  readonly upkeepLease: Pick<LeaseKeeper, 'run'>;
  readonly attempts?: LimitOptions;
  readonly passwords?: Omit<PasswordOptions, 'random'>;
  readonly session?: Partial<SessionOptions>;
  /** How often endings of tokens in other processes are read. Default 2 s. */
  readonly endingsPollMs?: number;
};

export type Identity = {
  readonly accounts: AccountsService;
  readonly sessions: SessionsService;
  readonly roles: RolesService;
  readonly emailConfirmation: EmailConfirmation;
  /** For `createHttpServer`. */
  readonly authenticate: Authenticate;
  /** Whether a session was ended, as far as this process knows. */
  hasSessionEnded(sessionId: string): boolean;
  /** Hears when a session or an account's tokens end, for connections that live on without asking again. */
  onEnding(listener: EndingListener): void;
  /** Start it after the tokens' lifecycle and before requests are taken. */
  readonly lifecycle: Lifecycle;
  readonly operations: readonly Operation[];
  routes(server: HttpServer): void;
};

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SESSION_DEFAULTS: SessionOptions = {
  accessTokenTtlMs: 15 * MINUTE_MS,
  refreshTokenTtlMs: 30 * DAY_MS,
  sessionAgeMaxMs: 365 * DAY_MS,
  refreshGraceMs: 10_000,
  loadTokenTtlMs: 240 * MINUTE_MS,
};
/** Endings kept in memory, of sessions and of accounts each, about 200 bytes apiece. */
const ENDINGS_MAX = 200_000;

/** Accounts, sessions, roles and the key set. */
export function createIdentity(deps: IdentityDeps): Identity {
  const options = { ...SESSION_DEFAULTS, ...deps.session };
  // A minute more than the longest token, for one that was being signed when its session ended.
  const endingsKeptMs = Math.max(options.accessTokenTtlMs, options.loadTokenTtlMs) + MINUTE_MS;
  const endings = new TokenEndings({ clock: deps.clock, keptMs: endingsKeptMs, maxEntries: ENDINGS_MAX });
  const passwords = createPasswords({ ...deps.passwords, random: deps.random });
  const limits = createIdentityLimits(deps, deps.attempts ?? {});
  const refreshTokens = createRefreshTokens(deriveKey(deps.secretKey, 'refresh-token'));
  const devices = createKnownDevices(deriveKey(deps.secretKey, 'known-devices'), deps.random);
  const shared = { ...deps, endings, passwords, limits, refreshTokens, devices };
  const accounts = createAccountsService(shared);
  const roles = createRolesService({
    ...shared,
    codes: deps.enrolmentCodes,
    codeUsesMax: deps.enrolmentCodeUsesMax,
    codeKey: deriveKey(deps.secretKey, 'enrolment-code'),
  });
  const emailConfirmation = createEmailConfirmation({
    ...shared,
    accounts: deps.accounts,
    key: deriveKey(deps.secretKey, 'email-confirmation'),
  });
  const sessions = createSessionsService({ ...shared, signer: deps.tokens.signer, options });
  const operations = identityOperations({
    accounts,
    sessions,
    roles,
    emailConfirmation,
    ring: deps.tokens.ring,
  });
  const { endingsPollMs = 2_000 } = deps;
  return {
    accounts,
    sessions,
    roles,
    emailConfirmation,
    authenticate: createAuthenticate(deps.tokens.readerOf, endings),
    hasSessionEnded: (sessionId) => endings.hasSessionEnded(sessionId),
    onEnding: (listener) => endings.onEnding(listener),
    lifecycle: createUpkeep({ ...deps, endings, endingsPollMs, endingsKeptMs, endingsMax: ENDINGS_MAX }),
    operations: Object.values(operations),
    routes(server) {
      const warnOfProxy = warnOfProxies();
      accountRoutes(server, accounts, operations, warnOfProxy);
      accountListRoute(server, accounts);
      emailRoutes(server, operations);
      roleRoutes(server, operations);
      sessionRoutes(server, operations, warnOfProxy);
      keyRoutes(server, deps.tokens, operations);
      endStreamsWith(server, endings);
    },
  };
}

/** A live connection asks for nothing again, so it is ended when the access behind it is. */
function endStreamsWith(server: HttpServer, endings: TokenEndings): void {
  endings.onEnding({
    sessionEnded: (ended) => endStreamsOf(server, ({ sessionId }) => sessionId === ended, 'session-ended'),
    accountTokensEnded: (ended) =>
      endStreamsOf(server, ({ accountId }) => accountId === ended, 'token-expired'),
  });
}
