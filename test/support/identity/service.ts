import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { createMemoryLimits } from '../../../src/adapters/memory/limits.ts';
import { createDatabase, type Database } from '../../../src/adapters/postgres/database.ts';
import { createIdempotencyStore } from '../../../src/adapters/postgres/idempotency/idempotency-store.ts';
import { createAccountStore } from '../../../src/adapters/postgres/identity/account-store.ts';
import { createEmailConfirmations } from '../../../src/adapters/postgres/identity/email-confirmations.ts';
import { createKeyStore } from '../../../src/adapters/postgres/identity/key-store.ts';
import { createSessionStore } from '../../../src/adapters/postgres/identity/session-store.ts';
import { createManualClock, type ManualClock } from '../../../src/kernel/clock.ts';
import { createIds } from '../../../src/kernel/ids.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import {
  createIdentity,
  type Identity,
  type IdentityDeps,
  identityProblems,
} from '../../../src/modules/identity/index.ts';
import {
  createHttpServer,
  type HttpServer,
  type HttpServerOptions,
} from '../../../src/platform/http/server.ts';
import { createLogger } from '../../../src/platform/observability/logger.ts';
import { alwaysHeld } from '../always-held.ts';
import { acceptTestOperations } from '../operations.ts';
import { acquireTestDatabase } from '../postgres.ts';
import { MAX_TTL_MS, startTokens, TEST_SECRET, type TestTokens } from './tokens.ts';

export const CODES = { seller: 'seller-code', manager: 'manager-code' };

/** One process of the service; several share a database and a clock. */
export type IdentityService = {
  readonly server: HttpServer;
  readonly identity: Identity;
  readonly tokens: TestTokens;
  readonly clock: ManualClock;
  readonly database: Database;
  call(options: InjectOptions & { readonly token?: string | undefined }): Promise<LightMyRequestResponse>;
  stop(): Promise<void>;
};

/** Routes of the test's own. */
export type AddRoutes = (server: HttpServer, clock: ManualClock) => void;

/** What the test wants of the server itself. */
export type HttpOptions = Partial<Pick<HttpServerOptions, 'trustProxy' | 'logger'>>;

export type IdentityWorld = {
  readonly clock: ManualClock;
  /** Starts one more process. */
  start(options?: Partial<IdentityDeps>, addRoutes?: AddRoutes, http?: HttpOptions): Promise<IdentityService>;
  close(): Promise<void>;
};

/** Identity on real PostgreSQL, by a clock of its own, with passwords that hash quickly. */
export async function openIdentityWorld(): Promise<IdentityWorld> {
  const testDatabase = await acquireTestDatabase();
  const clock = createManualClock();
  const services: IdentityService[] = [];
  return {
    clock,
    async start(options = {}, addRoutes = () => undefined, http = {}) {
      const database = createDatabase({ connection: testDatabase.connection });
      const service = await startService({ database, clock, addRoutes, http }, options);
      services.push(service);
      return service;
    },
    async close() {
      for (const service of services) await service.stop();
      await testDatabase.release();
    },
  };
}

type Ground = {
  readonly database: Database;
  readonly clock: ManualClock;
  readonly addRoutes: AddRoutes;
  readonly http: HttpOptions;
};

async function startService(ground: Ground, options: Partial<IdentityDeps>): Promise<IdentityService> {
  const { database, clock } = ground;
  const ids = createIds(clock, systemRandom);
  const tokens = await startTokens({ store: createKeyStore(database), clock });
  const identity = createIdentity({
    accounts: createAccountStore(database, { committed: () => undefined }, clock),
    sessions: createSessionStore(database),
    confirmations: createEmailConfirmations(database, { committed: () => undefined }),
    tokens,
    clock,
    random: systemRandom,
    ids,
    secretKey: TEST_SECRET,
    enrolmentCodes: CODES,
    passwords: { memoryKib: 8, passes: 1 },
    limits: createMemoryLimits(clock),
    upkeepLease: alwaysHeld,
    attempts: { signUpsPerMinute: 10_000, logInsPerMinute: 10_000 },
    onError: (error) => tokens.errors.push(error),
    ...options,
    session: { loadTokenTtlMs: MAX_TTL_MS, ...options.session },
  });
  await identity.lifecycle.start();
  const server = await createServer(identity, ground);
  return {
    server,
    identity,
    tokens,
    clock,
    database,
    call: ({ token, ...request }) => {
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
      return server.inject({ ...request, headers: { ...authorization, ...request.headers } });
    },
    async stop() {
      await server.close();
      await identity.lifecycle.stop();
      await tokens.lifecycle.stop();
      await database.close();
    },
  };
}

async function createServer(identity: Identity, ground: Ground): Promise<HttpServer> {
  const { database, clock, addRoutes, http } = ground;
  const { server } = await createHttpServer({
    logger: createLogger({ level: 'silent', format: 'json' }),
    ids: createIds(clock, systemRandom),
    authenticate: identity.authenticate,
    problems: identityProblems,
    ...http,
  });
  acceptTestOperations(server, {
    store: createIdempotencyStore(database),
    clock,
    declared: identity.operations,
    problems: identityProblems,
  });
  identity.routes(server);
  addRoutes(server, clock);
  await server.ready();
  return server;
}

export type Tokens = {
  readonly accessToken: string;
  readonly expiresAt: string;
  readonly refreshToken: string;
};

let people = 0;

/** Signs somebody up and logs them in, with roles where they are given. */
export async function signIn(
  service: IdentityService,
  ...roles: readonly ('seller' | 'manager' | 'driver')[]
): Promise<Tokens & { readonly accountId: string; readonly email: string }> {
  const email = `person-${++people}@example.org`;
  const [account] = await service.identity.accounts.provision([
    { email, name: 'Person', password: PASSWORD, roles: ['member', ...roles] },
  ]);
  return { ...(await logIn(service, email)), accountId: account!.id, email };
}

export const PASSWORD = 'correct horse battery';

export async function logIn(service: IdentityService, email: string): Promise<Tokens> {
  const response = await service.call({
    method: 'POST',
    url: '/v1/sessions',
    payload: { email, password: PASSWORD },
  });
  if (response.statusCode !== 201) throw new Error(`log-in failed: ${response.body}`);
  return response.json();
}

export function refresh(service: IdentityService, refreshToken: string): Promise<LightMyRequestResponse> {
  return service.call({ method: 'POST', url: '/v1/sessions/refresh', payload: { refreshToken } });
}

export async function codeOf(response: Promise<LightMyRequestResponse>): Promise<string> {
  const { statusCode, body } = await response;
  if (statusCode < 400) return String(statusCode);
  const problem = JSON.parse(body) as { readonly code: string; readonly status: number };
  return `${problem.status} ${problem.code}`;
}

export function readMe(service: IdentityService, token?: string): Promise<LightMyRequestResponse> {
  return service.call({ method: 'GET', url: '/v1/accounts/me', token });
}
