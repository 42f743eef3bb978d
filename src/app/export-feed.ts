import type { Database } from '../adapters/postgres/database.ts';
import { createEventTail, FEED } from '../adapters/postgres/events/event-tail.ts';
import { createParkedEvents } from '../adapters/postgres/events/parked-events.ts';
import { createEventProgress } from '../adapters/postgres/events/progress-store.ts';
import type { Config } from '../config/config.ts';
import { type Clock, sleep } from '../kernel/clock.ts';
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

/** After a full page the export rests for so many times what that took: where all is slow it takes less of it. */
const RESTS = 2;
const REST_MS_MAX = 1_000;

/** So many events a second at most, and fewer while the machine has much to do. */
function pacedLane(lane: FeedLane, perSecond: number, clock: Clock): FeedLane {
  let last = { beganAt: 0, nextAt: 0, isFull: false };
  return {
    ...lane,
    async readPage(request) {
      const askedAt = clock.now();
      // From the reading of the page before, until it had left.
      const restMs = last.isFull ? Math.min(REST_MS_MAX, RESTS * (askedAt - last.beganAt)) : 0;
      const waitMs = Math.max(restMs, last.nextAt - askedAt);
      if (waitMs > 0) await sleep(clock, waitMs);
      const beganAt = clock.now();
      const page = await lane.readPage(request);
      const { length } = page.events;
      last = { beganAt, nextAt: beganAt + (length / perSecond) * 1_000, isFull: length >= request.limit };
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
