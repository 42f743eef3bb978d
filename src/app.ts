import { fileURLToPath } from 'node:url';
import { createMemoryReadCache } from './adapters/memory/read-cache.ts';
import { createCatalogueReader } from './adapters/postgres/catalogue/catalogue-reader.ts';
import { createCatalogueStore } from './adapters/postgres/catalogue/catalogue-store.ts';
import { createIdempotencyCleanup } from './adapters/postgres/idempotency/idempotency-cleanup.ts';
import { createIdempotencyStore } from './adapters/postgres/idempotency/idempotency-store.ts';
import { createAccountStore } from './adapters/postgres/identity/account-store.ts';
import { createKeyStore } from './adapters/postgres/identity/key-store.ts';
import { createSessionStore } from './adapters/postgres/identity/session-store.ts';
import { createCheckout } from './adapters/postgres/payments/checkout.ts';
import { createPointLedger } from './adapters/postgres/points/point-ledger.ts';
import { createRankingStore } from './adapters/postgres/ranking/ranking-store.ts';
import { createCancellations } from './adapters/postgres/reservations/cancellations.ts';
import { createHoldExpiry } from './adapters/postgres/reservations/hold-expiry.ts';
import { createReservationStore } from './adapters/postgres/reservations/reservation-store.ts';
import { createSeatHolds, type SeatHoldsOptions } from './adapters/postgres/reservations/seat-holds.ts';
import { createBrokenSeatHolds } from './adapters/postgres/reservations/seat-holds-broken.ts';
import { createOptimisticSeatHolds } from './adapters/postgres/reservations/seat-holds-optimistic.ts';
import { createPessimisticSeatHolds } from './adapters/postgres/reservations/seat-holds-pessimistic.ts';
import { createSeatClaimReader } from './adapters/postgres/seating/seat-claim-reader.ts';
import { createTicketStore } from './adapters/postgres/tickets/ticket-store.ts';
import { composeOperations } from './app/compose/operations.ts';
import { composeWaitingRoom } from './app/compose/waiting-room.ts';
import { createConsumers } from './app/consumers.ts';
import { composeCrowds } from './app/demo-crowd.ts';
import { loadDemoOnce, refuseDemoData } from './app/demo-data.ts';
import { enrolmentCodesOf } from './app/enrolment-codes.ts';
import { countPayments, type MeasureBatch, measureBatches, measureClaims } from './app/figures.ts';
import { createFoundation, type Foundation, type FoundationOptions } from './app/foundation.ts';
import { createAppHealth } from './app/health.ts';
import { createListener } from './app/listener.ts';
import { noOpRoutes } from './app/no-op-routes.ts';
import { loadPages } from './app/pages.ts';
import { observeRequests } from './app/request-observers.ts';
import { openStorage, type Storage } from './app/storage.ts';
import { VERSION } from './app/version.ts';
import type { Config } from './config/config.ts';
import { crowdProblems, crowdRoutes } from './demo/index.ts';
import { type Lifecycle, startInOrder, stopInReverse } from './kernel/lifecycle.ts';
import { mergeProblems } from './kernel/problems.ts';
import { type Catalogue, catalogueProblems, createCatalogue } from './modules/catalogue/index.ts';
import { createIdentity, type Identity, identityProblems } from './modules/identity/index.ts';
import { createPayments, paymentProblems } from './modules/payments/index.ts';
import { createRanking, type Ranking } from './modules/ranking/index.ts';
import { createReservations, reservationProblems, type SeatHolds } from './modules/reservations/index.ts';
import { type AdmissionGate, waitingRoomProblems } from './modules/waiting-room/index.ts';
import { eventRoutes } from './platform/events/routes.ts';
import type { RouteEntry } from './platform/http/authentication.ts';
import { healthRoutes } from './platform/http/health-routes.ts';
import { acceptIdempotencyKeys } from './platform/http/idempotency.ts';
import { batchAnswers } from './platform/http/idempotency-batch.ts';
import { metricsRoute } from './platform/http/metrics-route.ts';
import { createHttpServer, type HttpServer } from './platform/http/server.ts';
import { measureProcess } from './platform/observability/process-metrics.ts';
import { createTokens, type Tokens } from './platform/tokens/tokens.ts';

const INFO = {
  title: 'firstcome',
  version: VERSION,
  description: 'Gives scarce things to the people who came first, exactly once.',
};

/** What any request may be refused with. */
const PROBLEMS = mergeProblems(
  identityProblems,
  catalogueProblems,
  waitingRoomProblems,
  reservationProblems,
  paymentProblems,
  crowdProblems,
);

/** Where `npm start` puts the pages that it builds from `web/`. */
const PAGES_FOLDER = fileURLToPath(new URL('../dist/web', import.meta.url));

export type App = {
  readonly server: HttpServer;
  /** Every route with who may call it. */
  readonly routes: readonly RouteEntry[];
  /** Opens the port last; on failure everything that had started is stopped. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** @throws Error before it listens */
  address(): string;
};

export type AppOptions = FoundationOptions & {
  /** A database that is open already, instead of the one of the configuration. */
  readonly storage?: Storage;
  /** Whether a database in demo mode gets the demonstration, once. */
  readonly demoData?: boolean;
  readonly onProgress?: (text: string) => void;
  /** Aborted: starting ends before the next part. */
  readonly signal?: AbortSignal;
};

/**
 * Puts the system together; nothing listens yet.
 * @throws Fault when the database cannot be had, in one line for the person
 */
export async function buildApp(config: Config, options: AppOptions): Promise<App> {
  const storage = options.storage ?? (await openStorage({ config, role: 'server', ...options }));
  try {
    if (config.mode === 'production') await refuseDemoData(storage.database);
    else if (options.demoData === true)
      await loadDemoOnce({ ...options, config, database: storage.database });
    return await compose(config, storage, options);
  } catch (error) {
    await storage.close();
    throw error;
  }
}

async function compose(config: Config, storage: Storage, options: AppOptions): Promise<App> {
  const base = createFoundation(config, storage.database, options);
  const { tokens, identity } = composeIdentity(base);
  const measureBatch = measureBatches(base.metrics);
  const catalogue = composeCatalogue(base);
  const ranking = composeRanking(base, catalogue);
  const waitingRoom = composeWaitingRoom({ ...base, measureBatch }, tokens, catalogue);
  const reservations = composeReservations({ ...base, measureBatch }, catalogue, waitingRoom.gate);
  const payments = composePayments({ ...base, measureBatch }, catalogue, waitingRoom.gate);
  const operations = composeOperations(base, { waitingRoom, catalogue });

  const { server, routes } = await createHttpServer({
    ...base,
    authenticate: identity.authenticate,
    info: INFO,
    problems: PROBLEMS,
    trustProxy: config.trustProxy.length > 0 ? config.trustProxy.join(',') : false,
    corsOrigins: config.corsOrigins,
    httpsOnlyMs: config.httpsOnlyMs,
    observe: observeRequests(base),
    pages: await loadPages(PAGES_FOLDER),
  });
  const answers = createIdempotencyStore(base.database);
  acceptIdempotencyKeys(server, {
    ...base,
    answers: batchAnswers(answers, { ...base, observe: measureBatch }),
    secretKey: config.secretKey,
  });
  const modules = [identity, catalogue, ranking, waitingRoom, reservations, payments, operations];
  for (const part of modules) part.routes(server);
  const listener = createListener(server, config);
  const crowds = composeCrowds(base, { identity, catalogue, listener });
  if (config.mode === 'demo') {
    noOpRoutes(server);
    crowdRoutes(server, crowds, base.clock);
  }
  const consumers = [...waitingRoom.consumers, ...reservations.consumers, ranking.consumer];
  healthRoutes(server, createAppHealth({ ...base, consumers, listener }));
  metricsRoute(server, base.metrics, config.metricsToken);
  eventRoutes(server, base.log);

  // Started in this order, stopped in reverse: the port opens last and closes first.
  const parts: readonly Lifecycle[] = [
    measureProcess(base.metrics),
    base.log,
    tokens.lifecycle,
    identity.lifecycle,
    catalogue.lifecycle,
    waitingRoom.lifecycle,
    reservations.lifecycle,
    operations.lifecycle,
    createConsumers(base.log, consumers),
    createIdempotencyCleanup(base.database, { ...base, onError: base.complain('idempotency cleanup') }),
    listener,
    crowds.lifecycle,
  ];
  const stop = async () => {
    await stopInReverse(parts, (name, err) =>
      base.logger.error({ err, part: name }, 'did not stop in order'),
    );
    await storage.close();
  };
  return {
    server,
    routes,
    stop,
    address: () => listener.address(),
    start: () => startInOrder(parts, undefined, options.signal ? { signal: options.signal } : {}),
  };
}

function composeIdentity(base: Foundation): { readonly tokens: Tokens; readonly identity: Identity } {
  const { config, database, hint } = base;
  const tokens = createTokens({
    ...base,
    store: createKeyStore(database),
    secretKey: config.secretKey,
    keyMaxAgeMs: config.keyRotationMs,
    maxRemembered: config.rememberedTokensMax,
    onError: base.complain('signing keys'),
  });
  const identity = createIdentity({
    ...base,
    accounts: createAccountStore(database, hint),
    sessions: createSessionStore(database),
    tokens,
    secretKey: config.secretKey,
    enrolmentCodes: enrolmentCodesOf(config),
    limits: { signUpsPerMinute: config.signUpsPerMinute, logInsPerMinute: config.logInsPerMinute },
    session: { accessTokenTtlMs: config.accessTokenTtlMs, refreshTokenTtlMs: config.refreshTokenTtlMs },
    onError: base.complain('sessions'),
  });
  return { tokens, identity };
}

function composeCatalogue(base: Foundation): Catalogue {
  const { database, hint } = base;
  return createCatalogue({
    ...base,
    store: createCatalogueStore(database, hint),
    reader: createCatalogueReader(database),
    claims: createSeatClaimReader(database),
    createCache: (options) => createMemoryReadCache(options, base),
    holdTtlMs: base.config.holdTtlMs,
  });
}

function composeRanking(base: Foundation, { remaining }: Pick<Catalogue, 'remaining'>): Ranking {
  return createRanking({
    ...base,
    remaining,
    store: createRankingStore(base.database),
    createCache: (options) => createMemoryReadCache(options, base),
  });
}

/** One way to claim seats is in use at a time; which one, says CLAIM_STRATEGY. */
const SEAT_HOLDS: Readonly<
  Record<
    Config['claimStrategy'],
    (base: Foundation & Pick<SeatHoldsOptions, 'maxQueued' | 'observe'>) => SeatHolds
  >
> = {
  batch: createSeatHolds,
  optimistic: createOptimisticSeatHolds,
  pessimistic: createPessimisticSeatHolds,
  broken: createBrokenSeatHolds,
};

type Measured = Foundation & { readonly measureBatch: MeasureBatch };

function composeReservations(base: Measured, catalogue: Catalogue, gate: AdmissionGate) {
  const { config, metrics, measureBatch } = base;
  const holds = SEAT_HOLDS[config.claimStrategy]({
    ...base,
    maxQueued: config.claimQueueMax,
    observe: measureBatch('claims'),
  });
  return createReservations({
    ...base,
    holds,
    ...measureClaims(metrics, holds),
    store: createReservationStore(base.database),
    cancellations: createCancellations(base),
    expiry: createHoldExpiry(base),
    catalogue,
    gate,
    onError: base.complain('expiry of holds'),
  });
}

function composePayments(base: Measured, catalogue: Catalogue, gate: AdmissionGate) {
  const { config, database, hint } = base;
  return createPayments({
    ...base,
    checkout: createCheckout(database, hint),
    ledger: createPointLedger(database, hint),
    limits: { amountMax: config.chargeAmountMax, monthMax: config.chargeMonthMax },
    tickets: createTicketStore(database),
    async seatLabel(performanceId, seatNo) {
      const terms = await catalogue.terms(performanceId);
      if (!terms) throw new Error(`ticket of performance ${performanceId}, which is not there`);
      return terms.seatAt(seatNo);
    },
    observe: base.measureBatch('payments'),
    onDecided: countPayments(base.metrics),
    spendPass: (who) => gate.spend(who),
    onSpendFailed: base.complain('end of an admission'),
  });
}
