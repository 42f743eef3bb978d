import type { FastifyBaseLogger } from 'fastify';
import type { Database } from '../adapters/postgres/database.ts';
import type { Redis } from '../adapters/redis/redis.ts';
import type { ProcessClock } from '../kernel/clock.ts';
import { UnavailableFault } from '../kernel/faults.ts';
import type { MailDelivery } from '../modules/mail/index.ts';
import type { EventFeed } from '../platform/events/feed.ts';
import { createHealth, type Health, type HealthCheck } from '../platform/observability/health.ts';
import type { OutageLog } from '../platform/observability/outage-log.ts';
import { clockCheck } from './clock-watch.ts';
import type { ChosenBroker } from './event-feed.ts';
import type { Listener } from './listener.ts';

export type HealthParts = {
  readonly clock: ProcessClock;
  readonly logger: FastifyBaseLogger;
  readonly database: Pick<Database, 'ping'>;
  readonly log: Pick<EventFeed, 'stats'>;
  /** Those that must be at work. */
  readonly consumers: readonly { readonly name: string }[];
  readonly listener: Pick<Listener, 'listens'>;
  readonly outage: Pick<OutageLog, 'covers'>;
  readonly broker?: ChosenBroker | undefined;
  readonly exportFeed?: Pick<EventFeed, 'stats'> | undefined;
  readonly mail: Pick<MailDelivery, 'check'>;
  readonly redis?: Pick<Redis, 'ping'> | undefined;
  /** Of the service that holds need beside the database. */
  readonly pingHolds?: (() => Promise<void>) | undefined;
};

/**
 * What this instance needs to do its work. A consumer that fails at an event does not count: every other
 * instance would fail at it too, so that taking this one out of service would help nobody; its lag and its
 * failures are in the metrics.
 */
export function createAppHealth(parts: HealthParts): Health {
  const { clock, logger, database, log, consumers, listener, outage, broker } = parts;
  const { exportFeed, pingHolds, mail, redis } = parts;
  const toldAsOutage = new Set<string>();
  return createHealth({
    clock,
    checks: [
      clockCheck(clock),
      {
        name: 'database',
        check: () => database.ping(),
      },
      {
        name: 'consumers',
        check() {
          const atWork = new Set(log.stats().consumers.map(({ name }) => name));
          const missing = consumers.map(({ name }) => name).filter((name) => !atWork.has(name));
          if (missing.length > 0) throw new Error(`not at work: ${missing.join(', ')}`);
        },
      },
      {
        name: 'listener',
        check() {
          if (!listener.listens()) throw new Error('the port is not open, or is closing');
        },
      },
      ...(pingHolds ? [{ name: 'holds', check: pingHolds }] : []),
      // Sales go on without mails and without brokers; what follows events waits.
      { name: 'mail', check: () => mail.check(), degrades: true },
      ...(broker ? [{ name: broker.name, check: () => broker.ping(), degrades: true }] : []),
      ...(redis ? [{ name: 'redis', check: () => redis.ping(), degrades: true }] : []),
      // Nobody who buys notices; the events wait in the store.
      ...(exportFeed ? [exportCheck(exportFeed)] : []),
    ],
    onChange(part, error) {
      if (outage.covers(error)) toldAsOutage.add(part);
      else if (error === undefined) {
        if (!toldAsOutage.delete(part)) logger.info({ part }, 'ready again');
      } else logger.warn({ part, err: error }, 'not ready');
    },
  });
}

/** A batch that failed once is no news. */
const EXPORT_FAILURES_MIN = 2;

function exportCheck(feed: Pick<EventFeed, 'stats'>): HealthCheck {
  return {
    name: 'export',
    degrades: true,
    check() {
      const failure = feed.stats().consumers.find((one) => one.failure)?.failure;
      if (failure && failure.attempts >= EXPORT_FAILURES_MIN)
        throw new UnavailableFault('exporting', `events are not exported: ${failure.error}`);
    },
  };
}
