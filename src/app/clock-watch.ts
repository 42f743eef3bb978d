import type { FastifyBaseLogger } from 'fastify';
import type { Database } from '../adapters/postgres/database.ts';
import { readLatestEventAt } from '../adapters/postgres/events/latest-event.ts';
import { type Cancel, every, type ProcessClock } from '../kernel/clock.ts';
import { createLifecycle, type Lifecycle } from '../kernel/lifecycle.ts';
import type { HealthCheck } from '../platform/observability/health.ts';
import type { Metrics } from '../platform/observability/metrics.ts';

const LOOK_MS = 1_000;

export type ClockWatchParts = {
  readonly clock: ProcessClock;
  readonly database: Database;
  readonly logger: FastifyBaseLogger;
  readonly metrics: Metrics;
};

/**
 * Puts the clock of the process where what is on record ends, and tells when the machine's clock is behind it. Starts
 * before everything that writes.
 */
export function createClockWatch({ clock, database, logger, metrics }: ClockWatchParts): Lifecycle {
  let cancel: Cancel = () => {};
  let isAhead = false;
  const look = () => {
    const aheadMs = clock.aheadMs();
    if (aheadMs > 0 === isAhead) return;
    isAhead = aheadMs > 0;
    if (isAhead) {
      logger.warn(
        { aheadMs },
        'the clock of this machine is behind: it was set back, or is behind what is on record; time goes on without it',
      );
    } else logger.info('the clock of this machine has caught up');
  };
  metrics.gauge(
    {
      name: 'firstcome_clock_ahead_seconds',
      help: 'How far the clock of the machine is behind, where it is.',
    },
    (set) => set(clock.aheadMs() / 1_000),
  );
  return createLifecycle('clock', {
    async start() {
      clock.continueFrom(await readLatestEventAt(database));
      look();
      cancel = every(clock, LOOK_MS, look, (error) => logger.warn({ err: error }, 'clock watch'));
    },
    stop: () => cancel(),
  });
}

/** Not ready while time goes on without the machine's clock: what this instance signs and records is ahead of others. */
export function clockCheck(clock: ProcessClock): HealthCheck {
  return {
    name: 'clock',
    check() {
      const aheadMs = clock.aheadMs();
      if (aheadMs > 0)
        throw new Error(`the clock of this machine is ${Math.round(aheadMs / 1_000)} s behind`);
    },
  };
}
