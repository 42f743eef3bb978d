import { type Clock, sleep } from '../../kernel/clock.ts';
import { type Lifecycle, repeating } from '../../kernel/lifecycle.ts';
import type { LeaseKeeper } from '../../platform/lease/lease-keeper.ts';
import type { PerformanceEndings } from './ports.ts';

export type PerformanceEndingOptions = {
  readonly endings: PerformanceEndings;
  readonly clock: Clock;
  /** Of several processes the one that has it does the work. */
  readonly upkeepLease: Pick<LeaseKeeper, 'run'>;
  readonly onError: (error: unknown) => void;
  readonly intervalMs?: number | undefined;
};

/** How often it is looked for; idle, that reads one page of an index. */
const INTERVAL_MS = 500;
/** Reservations that are cancelled in one transaction: it holds their locks, and those of their buyers' points. */
const BATCH = 50;
const PAUSE_MS_MIN = 10;

/**
 * Cancels and refunds the reservations of performances that were cancelled, batch by batch. What is left to do
 * is on record, so that any process goes on where another died; between batches it rests as long as the last one took:
 * at least half of the time is the bookings'.
 */
export function createPerformanceEnding(options: PerformanceEndingOptions): Lifecycle {
  const { endings, clock, upkeepLease, onError, intervalMs = INTERVAL_MS } = options;
  const endAll = async (signal: AbortSignal): Promise<void> => {
    for (const performanceId of await endings.ending()) await endOne(options, performanceId, signal);
  };
  return repeating('performance-endings', () => upkeepLease.run(endAll), {
    clock,
    everyMs: intervalMs,
    onError,
  });
}

async function endOne(
  { endings, clock }: PerformanceEndingOptions,
  performanceId: string,
  signal: AbortSignal,
): Promise<void> {
  let after: string | undefined;
  while (!signal.aborted) {
    const startedAt = clock.now();
    after = await endings.endReservations({ performanceId, after, limit: BATCH });
    // A lapsed hold may be left: then the next look comes back to it.
    if (after === undefined) return void (await endings.finish(performanceId));
    await sleep(clock, Math.max(PAUSE_MS_MIN, clock.now() - startedAt));
  }
}
