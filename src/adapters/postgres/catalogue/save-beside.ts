import type { Beside } from '../../../modules/catalogue/index.ts';
import type { Queryable } from '../database.ts';
import { appendEvents } from '../events/outbox.ts';
import { saveAnswers } from '../idempotency/idempotency-store.ts';

/** Runs in one transaction, after which readers of the log are poked. */
export type Save = <T>(work: (tx: Queryable) => Promise<T>) => Promise<T>;

/** The events of a change, and the answer to a repeated request. */
export async function saveBeside<T>(tx: Queryable, value: T, { events, write }: Beside<T>): Promise<void> {
  if (write) await saveAnswers(tx, [{ ...write.ref, ...write.answer(value) }]);
  await appendEvents(tx, events);
}
