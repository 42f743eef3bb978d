import { createEventLog, type EventLogOptions } from '../../../platform/events/event-log.ts';
import type { EventLog } from '../../../platform/events/log.ts';
import type { ProgressStore } from '../../../platform/events/page.ts';
import type { Database } from '../database.ts';
import { createEventTail } from './event-tail.ts';
import type { OutboxHint } from './outbox.ts';
import { createEventProgress } from './progress-store.ts';

/**
 * The event log in PostgreSQL: the table that events are saved in (`appendEvents`) is the log. Consumers'
 * transactions are `Queryable`s of this database.
 *
 * Invariants:
 * - Nothing is given out before its commit, and nothing is passed over that may commit yet (event-tail.ts).
 * - A consumer's position and its effect are in one transaction, under the lock of the consumer's row
 *   (event-progress.ts): of several processes one runs it, and what takes effect does so once.
 * - What follows an effect's events in this process is told of them at once; all others poll.
 */
export function createPostgresEventLog(database: Database, options: EventLogOptions): EventLog {
  const progress = createEventProgress(database);
  const poking: ProgressStore = {
    ...progress,
    async advance(step) {
      const outcome = await progress.advance(step);
      // Effects may have appended events of their own.
      if (outcome.kind === 'done' && step.effect) log.poke();
      return outcome;
    },
  };
  const log = createEventLog({ source: createEventTail(database), progress: poking }, options);
  return log;
}

/** What adapters that append events call after their commit. */
export function outboxHintOf(log: EventLog): OutboxHint {
  return { committed: () => log.poke() };
}
