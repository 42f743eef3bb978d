import type { FastifyBaseLogger } from 'fastify';
import { createDnsRegistry } from '../adapters/dns/instance-registry.ts';
import { createRedisRegistry } from '../adapters/redis/instance-registry.ts';
import type { Config } from '../config/config.ts';
import { type ProcessClock, systemClock } from '../kernel/clock.ts';
import { createIds } from '../kernel/ids.ts';
import { type Lifecycle, startInOrder, stopInReverse } from '../kernel/lifecycle.ts';
import { systemRandom } from '../kernel/random.ts';
import { createInternalTokens } from '../platform/auth/internal-tokens.ts';
import { type InstanceRegistry, staticRegistry } from '../platform/discovery/registry.ts';
import { createGateway } from '../platform/gateway/gateway.ts';
import { Instances } from '../platform/gateway/instances.ts';
import { healthRoutes } from '../platform/http/health-routes.ts';
import { metricsRoute } from '../platform/http/metrics-route.ts';
import { createHttpServer } from '../platform/http/server.ts';
import { createHealth, type HealthCheck } from '../platform/observability/health.ts';
import { createLineBudget } from '../platform/observability/line-budget.ts';
import { createMetrics } from '../platform/observability/metrics.ts';
import { measureProcess } from '../platform/observability/process-metrics.ts';
import { metricsReaders } from './exposure.ts';
import { createListener, type Listener } from './listener.ts';
import { connectionsWithin } from './open-files.ts';
import { createRedis } from './shared.ts';

export type GatewayApp = {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** @throws Error before it listens */
  address(): string;
  readonly connectionsMax: number | undefined;
};

export type GatewayAppOptions = {
  readonly logger: FastifyBaseLogger;
  readonly clock?: ProcessClock;
  /** Instead of the one of the configuration. */
  readonly registry?: InstanceRegistry;
};

const LINES_PER_SECOND = 5;

/** The gateway as it is configured: it needs no database, and goes on while everything behind it is away. */
export async function buildGateway(config: Config, options: GatewayAppOptions): Promise<GatewayApp> {
  const { logger, clock = systemClock } = options;
  const ids = createIds(clock, systemRandom);
  const metrics = createMetrics((err) => logger.warn({ err, part: 'metrics' }, 'failed, tried again'));
  const lines = createLineBudget(clock, LINES_PER_SECOND);
  // Each connection that comes in can take one to an instance.
  const descriptors = await connectionsWithin(0);
  const connectionsMax = descriptors === undefined ? undefined : Math.floor(descriptors / 2);
  const discovery = discoveryOf(config, { ...options, clock });
  const instances = new Instances({
    registry: discovery.registry,
    clock,
    connectionsMax: config.gatewayConnectionsMax,
    requestsMax: config.gatewayRequestsMax,
    answerTimeoutMs: config.gatewayAnswerTimeoutMs,
    onChange: (origin, state, why) =>
      logger.warn({ origin, state, why }, 'an instance has changed its state'),
    onError: (err) => logger.warn({ err, part: 'discovery' }, 'failed, tried again'),
  });
  const gateway = createGateway({
    instances,
    tokens: createInternalTokens(config.internalSecret, clock),
    clock,
    ids,
    metrics,
    trustProxy: config.trustProxy,
    upgradesMax: config.streamsMax,
    onLost(origin, err) {
      const leftOut = lines.take();
      if (leftOut !== undefined)
        logger.warn({ origin, err, leftOut }, 'an instance was lost under a request');
    },
  });
  const { server } = await createHttpServer({
    logger,
    ids,
    authenticate: () => ({ ok: false, code: 'token_invalid' }),
    problems: {},
    takesOver: (request, response) => gateway.takesOver(request, response),
  });
  gateway.attach(server.server);
  const listener = createListener(server, config, { connectionsMax, logger, clock });
  healthRoutes(server, createHealth({ clock, checks: checksOf(instances, listener) }));
  metricsRoute(server, metrics, metricsReaders(config));
  const lifecycles: readonly Lifecycle[] = [
    measureProcess(metrics),
    ...discovery.lifecycles,
    instances.lifecycle,
    listener,
    gateway.lifecycle,
  ];
  return {
    start: () => startInOrder(lifecycles),
    stop: () =>
      stopInReverse(lifecycles, (name, err) => logger.error({ err, part: name }, 'did not stop in order')),
    address: () => listener.address(),
    connectionsMax,
  };
}

function checksOf(instances: Instances, listener: Listener): readonly HealthCheck[] {
  return [
    {
      name: 'instances',
      check() {
        if (!instances.all.some(({ state }) => state === 'ready')) throw new Error('no instance is ready');
      },
    },
    {
      name: 'listener',
      check() {
        if (!listener.listens()) throw new Error('the port is not open, or is closing');
      },
    },
  ];
}

type Discovery = { readonly registry: InstanceRegistry; readonly lifecycles: readonly Lifecycle[] };

/** Who says where the apis are, and what runs for that. */
function discoveryOf(
  config: Config,
  options: GatewayAppOptions & { readonly clock: ProcessClock },
): Discovery {
  const { apiInstances, apiDns, apiRegistry } = config;
  if (options.registry) return { registry: options.registry, lifecycles: [] };
  if (apiDns !== '') return { registry: createDnsRegistry({ name: apiDns }), lifecycles: [] };
  const complain = (part: string) => (err: unknown) =>
    options.logger.warn({ err, part }, 'failed, tried again');
  const redis = apiRegistry === 'redis' ? createRedis(config, { ...options, complain }) : undefined;
  if (!redis) return { registry: staticRegistry(apiInstances.map(originOf)), lifecycles: [] };
  const registry = createRedisRegistry({ ...options, redis, onError: complain('discovery') });
  return { registry, lifecycles: [redis.lifecycle] };
}

const originOf = (address: string): string => new URL(address).origin;
