import type { FastifyBaseLogger } from 'fastify';
import type { Database } from '../adapters/postgres/database.ts';
import { commitNoticeOf } from '../adapters/postgres/events/event-feed.ts';
import type { CommitNotice } from '../adapters/postgres/events/outbox.ts';
import { createLeaseStore } from '../adapters/postgres/lease/lease-store.ts';
import type { Redis } from '../adapters/redis/redis.ts';
import type { Config } from '../config/config.ts';
import { exportTarget } from '../config/export-settings.ts';
import { type ProcessClock, systemClock } from '../kernel/clock.ts';
import { createIds, type Ids } from '../kernel/ids.ts';
import type { Lifecycle } from '../kernel/lifecycle.ts';
import { type Random, systemRandom } from '../kernel/random.ts';
import type { EventFeed } from '../platform/events/feed.ts';
import type { ParkedFailure } from '../platform/events/ports.ts';
import { LeaseKeeper } from '../platform/lease/lease-keeper.ts';
import type { Limits } from '../platform/limits/limits.ts';
import { Hub } from '../platform/live/hub.ts';
import { createLineBudget } from '../platform/observability/line-budget.ts';
import { createMetrics, type Metrics } from '../platform/observability/metrics.ts';
import { createOutageLog, type OutageLog } from '../platform/observability/outage-log.ts';
import {
  type MeasureBatch,
  measureBatches,
  measureDatabase,
  measureDeliveries,
  measureHub,
  measureLease,
  measureLog,
} from './app-metrics.ts';
import { type ChosenFeed, chooseEventFeed } from './event-feed.ts';
import { createExportFeed, withConsumersOf } from './export-feed.ts';
import { createShared, type Shared } from './shared.ts';
import type { Storage } from './storage.ts';

/** What every part is made of; tests pass a clock, a random source or a logger of their own. */
export type Foundation = {
  readonly config: Config;
  readonly clock: ProcessClock;
  readonly random: Random;
  readonly ids: Ids;
  readonly logger: FastifyBaseLogger;
  readonly database: Database;
  /** For holds, payments and joins; see storage. */
  readonly sales: Database;
  readonly log: EventFeed;
  readonly broker: ChosenFeed['broker'];
  /** Says that a broker has answered. */
  readonly onBrokerAnswer: () => void;
  readonly exportTo: ReturnType<typeof exportTarget>;
  /** What the export follows; undefined where it is off. */
  readonly exportFeed: EventFeed | undefined;
  /** Says that the platform of the export has answered. */
  readonly onExported: () => void;
  readonly metrics: Metrics;
  readonly limits: Limits;
  readonly createCache: Shared['createCache'];
  /** What instances share; undefined where there is one alone. */
  readonly redis: Redis | undefined;
  /** What everything else stands on, in the order of starting. */
  readonly lifecycles: readonly Lifecycle[];
  /** Held by the one process that clears away what is old; start it before what works under it. */
  readonly upkeepLease: LeaseKeeper;
  /** What is followed live, over any transport. */
  readonly hub: Hub;
  readonly measureBatch: MeasureBatch;
  /** Tells the log of commits of this process. */
  readonly hint: CommitNotice;
  /** Where failures in the background go that are tried again. */
  readonly complain: (part: string) => (error: unknown) => void;
  /** Tells of the outages of PostgreSQL, of the brokers and of the mail server, so that nobody else has to. */
  readonly outage: Pick<OutageLog, 'covers'>;
  readonly mailOutage: Pick<OutageLog, 'answered'>;
};

export type FoundationOptions = {
  readonly logger: FastifyBaseLogger;
  readonly clock?: ProcessClock;
  readonly random?: Random;
  /** Whether a database in demo mode gets the demonstration, once, as `npm start` shows it. */
  readonly demoData?: boolean;
};

/** By the names that the metrics give them. */
function poolsOf({ database, sales, exports }: Pick<Storage, 'database' | 'sales' | 'exports'>) {
  if (!sales) return { all: database };
  return exports ? { sales, exports, others: database } : { sales, others: database };
}

const BROKER_NAMES = { kafka: 'Kafka', rabbitmq: 'RabbitMQ' } as const;

/** What may be away for a while; each outage is told of once. */
function createOutageLogs(
  { eventFeed, holdStrategy }: Pick<Config, 'eventFeed' | 'holdStrategy'>,
  about: Pick<Foundation, 'logger' | 'clock'>,
) {
  const postgres = createOutageLog({
    ...about,
    dependency: 'postgres',
    dependents: ['waiting-line', 'exporting'],
    name: 'PostgreSQL',
  });
  const dependency = eventFeed === 'postgres' && holdStrategy === 'message' ? 'rabbitmq' : eventFeed;
  const brokers =
    dependency === 'postgres'
      ? undefined
      : createOutageLog({ ...about, dependency, name: BROKER_NAMES[dependency] });
  const platform = createOutageLog({ ...about, dependency: 'export', name: 'The platform of the export' });
  const mailOutage = createOutageLog({ ...about, dependency: 'mail', name: 'The mail server' });
  const redisOutage = createOutageLog({ ...about, dependency: 'redis', name: 'Redis' });
  const logs = [postgres, brokers, platform, mailOutage, redisOutage];
  const outage = { covers: (error: unknown) => logs.some((log) => log?.covers(error)) };
  return { postgres, brokers, platform, mailOutage, redisOutage, outage };
}

export function createFoundation(
  config: Config,
  storage: Pick<Storage, 'database' | 'sales' | 'exports'>,
  options: FoundationOptions,
): Foundation {
  const { database, sales = database, exports = database } = storage;
  const { logger, clock = systemClock, random = systemRandom } = options;
  const { postgres, platform, mailOutage, redisOutage, brokers, outage } = createOutageLogs(config, {
    logger,
    clock,
  });
  const complain = (part: string) => (error: unknown) => {
    if (!outage.covers(error)) logger.warn({ err: error, part }, 'failed, tried again');
  };
  for (const pool of new Set([database, sales, exports]))
    pool.watch({ answered: postgres.answered, idleLost: complain('idle database connection') });
  const metrics = createMetrics(complain('metrics'));
  const feedOptions = {
    clock,
    random,
    onError: (error: unknown, consumer: string | undefined) => complain(consumer ?? 'event log')(error),
    observe: measureDeliveries(metrics),
    onParked: tellOfParked({ logger, clock, metrics }),
  };
  const exportTo = exportTarget(config, options.demoData === true);
  const exportFeed = exportTo === 'off' ? undefined : createExportFeed(exports, feedOptions, config);
  const onBrokerAnswer = () => brokers?.answered();
  const chosen = chooseEventFeed(config, database, { ...feedOptions, onBrokerAnswer });
  const log = exportFeed ? withConsumersOf(chosen.log, exportFeed) : chosen.log;
  measureLog(metrics, log);
  const ids = createIds(clock, random);
  const shared = createShared(config, {
    clock,
    ids,
    random,
    complain,
    onAnswer: () => redisOutage.answered(),
  });
  const hub = new Hub({ clock, ids, fanOut: shared.fanOut, onError: complain('live access') });
  measureHub(metrics, hub);
  const upkeepLease = keepUpkeepLease({ database, clock, ids, logger, complain });
  measureLease(metrics, upkeepLease);
  measureDatabase(metrics, poolsOf(storage));
  return {
    config,
    clock,
    random,
    ids,
    logger,
    database,
    sales,
    log,
    broker: chosen.broker,
    onBrokerAnswer,
    exportTo,
    exportFeed,
    onExported: platform.answered,
    metrics,
    ...shared,
    lifecycles: [...shared.lifecycles, log, hub.lifecycle],
    upkeepLease,
    hub,
    measureBatch: measureBatches(metrics),
    hint: commitNoticeOf(log),
    complain,
    outage,
    mailOutage,
  };
}

/** Of a cause that poisons everything one line tells as well as ten thousand. */
const PARKED_LINES_PER_SECOND = 5;

/** Counts what is parked, and says so in the log. */
function tellOfParked({ logger, clock, metrics }: Pick<Foundation, 'logger' | 'clock' | 'metrics'>) {
  const counters = metrics.counters({
    name: 'firstcome_events_parked_total',
    help: 'Events that a consumer of this process could not take, and that became dead letters.',
  });
  const budget = createLineBudget(clock, PARKED_LINES_PER_SECOND);
  return (consumer: string, parked: readonly ParkedFailure[]): void => {
    counters({ consumer }).value += parked.length;
    const leftOut = budget.take();
    if (leftOut === undefined) return;
    const { cause, error, attempts } = parked[0]!;
    const said = { consumer, cause, error, attempts, events: parked.length };
    logger.warn(leftOut === 0 ? said : { ...said, leftOut }, 'an event was parked as a dead letter');
  };
}

/** After so long another process does the upkeep of one that was killed. */
const UPKEEP_LEASE_TTL_MS = 30_000;

function keepUpkeepLease({
  database,
  clock,
  ids,
  logger,
  complain,
}: Pick<Foundation, 'database' | 'clock' | 'ids' | 'logger' | 'complain'>): LeaseKeeper {
  return new LeaseKeeper({
    store: createLeaseStore(database),
    name: 'upkeep',
    holder: ids.next(),
    ttlMs: UPKEEP_LEASE_TTL_MS,
    clock,
    onError: complain('upkeep lease'),
    onTaken: (lease) => logger.debug({ lease }, 'this process does the upkeep'),
    onLost: (lease) => logger.warn({ lease }, 'lost the lease of the upkeep; another process may take it'),
  });
}
