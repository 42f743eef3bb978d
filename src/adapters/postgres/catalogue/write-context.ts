import type { WriteContext } from '../../../modules/catalogue/index.ts';
import { resultRecord } from '../../../platform/idempotency/ports.ts';
import type { Queryable } from '../database.ts';
import { appendEvents } from '../events/outbox.ts';
import { saveResults } from '../idempotency/idempotency-store.ts';

/** Runs in one transaction, after which readers of the log are notified. */
export type Save = <T>(work: (tx: Queryable) => Promise<T>) => Promise<T>;

/** The result under the key of the write, and the events of the change. */
export async function saveContext(
  tx: Queryable,
  { events, saveTo }: WriteContext,
  effect?: object,
): Promise<void> {
  if (saveTo) await saveResults(tx, [resultRecord(saveTo, effect)]);
  await appendEvents(tx, events);
}
