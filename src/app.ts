import { fileURLToPath } from 'node:url';
import type { Database } from './adapters/postgres/database.ts';
import { createRedisRegistry } from './adapters/redis/instance-registry.ts';
import { API_INFO } from './app/api-info.ts';
import { createClockWatch } from './app/clock-watch.ts';
import { composeCallbackSender } from './app/compose/payments.ts';
import { serveOperations } from './app/compose/request-queue.ts';
import { composeStomp } from './app/compose/stomp.ts';
import { composeWrites } from './app/compose/writes.ts';
import { createConsumers } from './app/consumers.ts';
import { composeCrowds } from './app/demo-crowd.ts';
import { loadDemoOnce } from './app/demo-data.ts';
import { composeDemoGate } from './app/demo-gate.ts';
import { metricsReaders, startWarnings } from './app/exposure.ts';
import { createFoundation, type Foundation, type FoundationOptions } from './app/foundation.ts';
import { createAppHealth } from './app/health.ts';
import { type Listener, openListener, reachable } from './app/listener.ts';
import { assertKeyFits, markDatabase } from './app/mark-database.ts';
import { noOpRoutes } from './app/no-op-routes.ts';
import { loadPages } from './app/pages.ts';
import { limitRequests, observeRequests } from './app/request-observers.ts';
import { composeRoles } from './app/roles.ts';
import { openStorage, type Storage } from './app/storage.ts';
import type { Config } from './config/config.ts';
import { exportTarget } from './config/export-settings.ts';
import { isBehindGateway } from './config/role-settings.ts';
import { crowdProblems, crowdRoutes, demoGateRoute } from './demo/index.ts';
import { type Lifecycle, startInOrder, stopInReverse } from './kernel/lifecycle.ts';
import { mergeProblems } from './kernel/problems.ts';
import { catalogueProblems } from './modules/catalogue/index.ts';
import { deadLetterProblems } from './modules/dead-letters/index.ts';
import { identityProblems } from './modules/identity/index.ts';
import { paymentProblems } from './modules/payments/index.ts';
import { pointProblems } from './modules/points/index.ts';
import { reservationProblems } from './modules/reservations/index.ts';
import { doorProblems, ticketProblems } from './modules/tickets/index.ts';
import { waitingRoomProblems } from './modules/waiting-room/index.ts';
import { createInternalTokens } from './platform/auth/internal-tokens.ts';
import type { EventConsumer } from './platform/events/event.ts';
import { eventRoutes } from './platform/events/routes.ts';
import type { RouteEntry } from './platform/http/authentication.ts';
import { healthRoutes } from './platform/http/health-routes.ts';
import { behindGateway, createInternalDoor } from './platform/http/internal-door.ts';
import { metricsRoute } from './platform/http/metrics-route.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions } from './platform/http/server.ts';
import { measureProcess } from './platform/observability/process-metrics.ts';
import type { Operations } from './platform/operations/operations.ts';

/** What any request may be refused with. */
const PROBLEMS = mergeProblems(
  identityProblems,
  catalogueProblems,
  waitingRoomProblems,
  reservationProblems,
  paymentProblems,
  pointProblems,
  ticketProblems,
  doorProblems,
  deadLetterProblems,
  crowdProblems,
);

/** Where `npm start` puts the pages that it builds from `web/`. */
const PAGES_FOLDER = fileURLToPath(new URL('../dist/web', import.meta.url));

export type App = {
  readonly server: HttpServer;
  /** Every route with who may call it. */
  readonly routes: readonly RouteEntry[];
  /** Every write, by its id. */
  readonly operations: Operations;
  /** Everything that follows the events, by its name. */
  readonly consumers: readonly EventConsumer[];
  /** Opens the port last; on failure everything that had started is stopped. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** @throws Error before it listens */
  address(): string;
  /** Client connections that it holds at most; undefined: no limit is known. */
  readonly connectionsMax: number | undefined;
  /** A code that makes the first manager, once and for a while; undefined where there is one. */
  offerFirstManager(): Promise<string | undefined>;
};

export type AppOptions = FoundationOptions & {
  /** A database that is open already, instead of the one of the configuration. */
  readonly storage?: Storage;
  readonly onProgress?: (text: string) => void;
  /** Aborted: starting ends before the next part. */
  readonly signal?: AbortSignal;
};

/**
 * Puts the system together; nothing listens yet.
 * @throws Fault when the database cannot be had, in one line for the person
 */
export async function buildApp(config: Config, options: AppOptions): Promise<App> {
  const storage = options.storage ?? (await openServerStorage(config, options));
  try {
    await useDatabase(config, storage.database, options);
    // A start that is refused says why, and nothing else.
    for (const warning of startWarnings(config)) options.logger.warn({}, warning);
    return await compose(config, storage, options);
  } catch (error) {
    await storage.close();
    throw error;
  }
}

function openServerStorage(config: Config, options: AppOptions): Promise<Storage> {
  const exports = exportTarget(config, options.demoData === true) !== 'off';
  return openStorage({ config, role: 'server', ...options, exports });
}

/** The key is looked at before anything is written; the demonstration marks the database in its own transaction. */
async function useDatabase(config: Config, database: Database, options: AppOptions): Promise<void> {
  if (config.mode === 'production' || options.demoData !== true) return markDatabase(config, database);
  await assertKeyFits(config.secretKey, database);
  await loadDemoOnce({ ...options, config, database });
}

/** Where gateways find apis by leases, this one is there once it listens. */
function announce({ redis, config, ...base }: Foundation, listener: Listener): readonly Lifecycle[] {
  if (!redis || config.apiRegistry !== 'redis') return [];
  const registry = createRedisRegistry({ ...base, redis, onError: base.complain('discovery') });
  const { instanceUrl } = config;
  const own = () => (instanceUrl === undefined ? reachable(listener.address()) : new URL(instanceUrl).origin);
  return [registry.announce(own)];
}

/** Whom the server believes of where requests come from. */
function doorOf(base: Foundation, instance: string): Pick<HttpServerOptions, 'trustProxy' | 'takesOver'> {
  const { trustProxy, internalSecret } = base.config;
  if (!isBehindGateway(base.config)) return { trustProxy: trustProxy.length > 0 && trustProxy.join(',') };
  const tokens = createInternalTokens(internalSecret, base.clock);
  return {
    trustProxy: behindGateway(trustProxy),
    takesOver: createInternalDoor({ ...base, tokens, instance }),
  };
}

async function compose(config: Config, storage: Storage, options: AppOptions): Promise<App> {
  const base = createFoundation(config, storage, options);
  const parts = composeRoles(base);
  const { identity, catalogue, rates, consumers } = parts;
  const { operations, lifecycle: cleanup } = composeWrites(base, parts.operations, PROBLEMS);
  const isApi = config.roles.includes('api');
  const isWorker = config.roles.includes('worker');
  const instance = base.ids.next();

  const { server, routes } = await createHttpServer({
    ...base,
    ...doorOf(base, instance),
    authenticate: identity.authenticate,
    ...(isApi ? { info: API_INFO, pages: await loadPages(PAGES_FOLDER) } : {}),
    problems: PROBLEMS,
    corsOrigins: config.corsOrigins,
    httpsOnlyMs: config.httpsOnlyMs,
    observe: observeRequests(base),
    limit: limitRequests(base),
  });
  const overload = serveOperations(server, base, { operations, identity, problems: PROBLEMS });
  for (const addRoutes of parts.routes) addRoutes(server);
  const listener = await openListener(server, base);
  const stomp = composeStomp(base, identity, parts.views);
  if (isApi) stomp.attach(server.server);
  const crowds = composeCrowds(base, { identity, catalogue, rates, listener });
  if (config.mode === 'demo' && isApi) {
    noOpRoutes(server);
    crowdRoutes(server, crowds, base);
    demoGateRoute(server, composeDemoGate(base, identity));
  }
  const mail = parts.mail.deliverFrom(() => reachable(listener.address()));
  healthRoutes(server, createAppHealth({ ...base, ...parts, consumers, listener, mail }), instance);
  metricsRoute(server, base.metrics, metricsReaders(config));
  if (isApi) eventRoutes(server, base.log);

  // Started in this order, stopped in reverse: the port opens last and closes first.
  const lifecycles: readonly Lifecycle[] = [
    measureProcess(base.metrics),
    createClockWatch(base),
    ...base.lifecycles,
    ...parts.lifecycles,
    createConsumers(base.log, consumers),
    ...(isWorker ? [cleanup] : []),
    ...(isApi ? [overload] : []),
    listener,
    // A port does not close before the connections that were upgraded on it.
    ...(isApi ? [...stomp.lifecycles, ...composeCallbackSender(base, listener)] : []),
    ...(isWorker ? [mail.lifecycle] : []),
    ...(isApi ? [crowds.lifecycle, ...announce(base, listener)] : []),
    listener.drain,
  ];
  const stop = async () => {
    await stopInReverse(lifecycles, (part, err) => base.logger.error({ err, part }, 'did not stop in order'));
    await storage.close();
  };
  return {
    server,
    routes,
    operations,
    consumers,
    stop,
    connectionsMax: listener.connectionsMax,
    address: () => listener.address(),
    offerFirstManager: () => identity.roles.offerFirst(),
    start: () => startInOrder(lifecycles, undefined, options.signal ? { signal: options.signal } : {}),
  };
}
