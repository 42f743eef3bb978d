import type { Database } from '../adapters/postgres/database.ts';
import { createEventTail, FEED } from '../adapters/postgres/events/event-tail.ts';
import { createParkedEvents } from '../adapters/postgres/events/parked-events.ts';
import { createEventProgress } from '../adapters/postgres/events/progress-store.ts';
import type { Config } from '../config/config.ts';
import type { Clock } from '../kernel/clock.ts';
import { createEventFeed, type EventFeedOptions } from '../platform/events/engine.ts';
import type { ConsumerStatus, EventFeed } from '../platform/events/feed.ts';
import type { FeedLane } from '../platform/events/ports.ts';

/** The outside is in no hurry, and a poll costs a statement. */
const POLL_MS = 500;

/**
 * The store as the export reads it: whatever feed others follow, so that nothing ends with the retention of a broker;
 * with connections, pages and a pace of its own, and nothing kept in memory but the page at hand.
 */
export function createExportFeed(
  database: Database,
  options: EventFeedOptions,
  { exportBatchMax: batchMax, exportRateMax }: Pick<Config, 'exportBatchMax' | 'exportRateMax'>,
): EventFeed {
  const lane = pacedLane(createEventTail(database), exportRateMax, options.clock);
  const storage = {
    lanes: [lane],
    progress: createEventProgress(database, FEED),
    parked: createParkedEvents(database),
  };
  return createEventFeed(storage, { ...options, pollMs: POLL_MS, recentMax: 0, batchMax });
}

/** So many events a second at most, over any stretch of pages. */
function pacedLane(lane: FeedLane, perSecond: number, clock: Clock): FeedLane {
  let nextAt = 0;
  return {
    ...lane,
    async readPage(request) {
      const waitMs = nextAt - clock.now();
      if (waitMs > 0) await new Promise<void>((resolve) => void clock.after(waitMs, resolve));
      const page = await lane.readPage(request);
      nextAt = clock.now() + (page.events.length / perSecond) * 1_000;
      return page;
    },
  };
}

/** A feed that also says where the consumers of another stand. */
export function withConsumersOf(log: EventFeed, other: EventFeed): EventFeed {
  const merged = (own: readonly ConsumerStatus[], others: readonly ConsumerStatus[]) => {
    const names = new Set(others.map(({ name }) => name));
    return [...own.filter(({ name }) => !names.has(name)), ...others];
  };
  return {
    ...log,
    stats() {
      const stats = log.stats();
      return { ...stats, consumers: merged(stats.consumers, other.stats().consumers) };
    },
    async consumers() {
      const running = new Set(other.stats().consumers.map(({ name }) => name));
      const others = (await other.consumers()).filter(({ name }) => running.has(name));
      return merged(await log.consumers(), others);
    },
  };
}
