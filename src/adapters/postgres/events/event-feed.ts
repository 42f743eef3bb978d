import { createEventFeed, type EventFeedOptions } from '../../../platform/events/engine.ts';
import type { EffectTransaction } from '../../../platform/events/event.ts';
import type { EventFeed } from '../../../platform/events/feed.ts';
import type { ProgressStore, Step } from '../../../platform/events/ports.ts';
import type { Database, Queryable } from '../database.ts';
import { createEventTail, FEED } from './event-tail.ts';
import { type CommitNotice, hasAppended } from './outbox.ts';
import { createParkedEvents } from './parked-events.ts';
import { createEventProgress } from './progress-store.ts';

/**
 * The feed that needs nothing but PostgreSQL: one lane, which is the table that events are saved in (`appendEvents`);
 * an offset is a store position. Consumers' transactions are `Queryable`s of this database.
 *
 * Invariants:
 * - Nothing is given out before its commit, and nothing is passed over that may commit yet (event-tail.ts).
 * - A consumer's marks and its effect are in one transaction, under the lock of the consumer's row
 *   (progress-store.ts): of several processes one runs it, and what takes effect does so once.
 * - What follows an effect's events in this process is told of them at once; all others poll.
 */
export function createPostgresEventFeed(database: Database, options: EventFeedOptions): EventFeed {
  const progress = createNotifyingProgress(database, FEED, () => feed.notify());
  const parked = createParkedEvents(database);
  const feed = createEventFeed({ lanes: [createEventTail(database)], progress, parked }, options);
  return feed;
}

/** Progress in a feed of this name; whose effect appended events tells of it after the commit. */
export function createNotifyingProgress(database: Database, feed: string, notify: () => void): ProgressStore {
  const progress = createEventProgress(database, feed);
  return {
    ...progress,
    async advance(step) {
      const watched = watchAppends(step);
      const outcome = await progress.advance(watched.step);
      if (outcome === 'done' && watched.appended()) notify();
      return outcome;
    },
  };
}

/** The step, and whether its effect appended events of its own. */
function watchAppends(step: Step): { readonly step: Step; appended(): boolean } {
  const { effect } = step;
  let appended = false;
  const watched = async (transaction: EffectTransaction) => {
    await effect?.(transaction);
    appended = hasAppended(transaction as Queryable);
  };
  return { step: effect ? { ...step, effect: watched } : step, appended: () => appended };
}

/** What adapters that append events call after their commit. */
export function commitNoticeOf(feed: Pick<EventFeed, 'notify'>): CommitNotice {
  return { committed: () => feed.notify() };
}
