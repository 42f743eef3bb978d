import type { Clock } from '../../kernel/clock.ts';
import { createMicroBatch, type MicroBatchObservation } from '../../kernel/micro-batch.ts';
import type { IdempotencyRef, IdempotencyStore, KeyedAnswers, SavedAnswer, StoredAnswer } from './ports.ts';

export type BatchAnswersOptions = {
  readonly clock: Clock;
  /** Requests that may wait for either; more are answered 503. Default 32,768. */
  readonly maxQueued?: number;
  /** Gives each of the two batches its place to report to. */
  readonly observe?: (name: string) => (observation: MicroBatchObservation) => void;
};

const BATCH_MAX = 1_000;

/** Asks the store for many requests at once: as many as arrive while the database is busy. */
export function batchAnswers(store: IdempotencyStore, options: BatchAnswersOptions): KeyedAnswers {
  const batch = <Q, A>(name: string, run: (requests: readonly Q[]) => Promise<readonly A[]>) =>
    createMicroBatch<Q, A>({
      name,
      run,
      maxBatch: BATCH_MAX,
      maxQueued: options.maxQueued ?? 32_768,
      clock: options.clock,
      ...(options.observe ? { observe: options.observe(name) } : {}),
    });
  const finds = batch<IdempotencyRef, SavedAnswer | undefined>('idempotency-find', (refs) =>
    store.find(refs),
  );
  const saves = batch<IdempotencyRef & StoredAnswer, SavedAnswer>('idempotency-save', (records) =>
    store.save(records),
  );
  return { find: (ref) => finds.submit(ref), save: (record) => saves.submit(record) };
}
