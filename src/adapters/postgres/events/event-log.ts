import type { EffectTransaction } from '../../../platform/events/event.ts';
import { createEventLog, type EventLogOptions } from '../../../platform/events/event-log.ts';
import type { EventLog } from '../../../platform/events/log.ts';
import type { ProgressStore, Step } from '../../../platform/events/page.ts';
import type { Database, Queryable } from '../database.ts';
import { createEventTail } from './event-tail.ts';
import { hasAppended, type OutboxHint } from './outbox.ts';
import { createEventProgress } from './progress-store.ts';

/**
 * The event log in PostgreSQL: the table that events are saved in (`appendEvents`) is the log. Consumers'
 * transactions are `Queryable`s of this database.
 *
 * Invariants:
 * - Nothing is given out before its commit, and nothing is passed over that may commit yet (event-tail.ts).
 * - A consumer's position and its effect are in one transaction, under the lock of the consumer's row
 *   (progress-store.ts): of several processes one runs it, and what takes effect does so once.
 * - What follows an effect's events in this process is told of them at once; all others poll.
 */
export function createPostgresEventLog(database: Database, options: EventLogOptions): EventLog {
  const progress = createEventProgress(database);
  const poking: ProgressStore = {
    ...progress,
    async advance(step) {
      const watched = watchAppends(step);
      const outcome = await progress.advance(watched.step);
      if (outcome.kind === 'done' && watched.appended()) log.poke();
      return outcome;
    },
  };
  const log = createEventLog({ source: createEventTail(database), progress: poking }, options);
  return log;
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
export function outboxHintOf(log: EventLog): OutboxHint {
  return { committed: () => log.poke() };
}
