import type { Clock } from '../../kernel/clock.ts';
import { createMicroBatch, type MicroBatch, type MicroBatchObservation } from '../../kernel/micro-batch.ts';
import type { LineAnswer, LineOperation, WaitingLine } from './ports.ts';

export type LineBatchOptions = {
  readonly line: Pick<WaitingLine, 'write'>;
  readonly clock: Clock;
  /** Writes that may wait; more are refused with an OverloadedFault. */
  readonly maxQueued: number;
  readonly observe?: ((observation: MicroBatchObservation) => void) | undefined;
};

export type LineBatch = MicroBatch<LineOperation, LineAnswer>;

/** People of one step: a commit of about 30 ms. */
const BATCH_MAX = 4_096;
/** A connection that broke is back in less than a second; what takes longer is told to the person. */
const RETRY = { attempts: 4, delayMs: 200 } as const;

/**
 * All writes to lines, of all rooms, in the order of their arrival: what comes while the store is busy shares the
 * next step. One step at a time, because a line has an order. Each operation may be carried out again: anyone who
 * joined is then already in line, no matter who left is not in it.
 */
export function createLineBatch({ line, clock, maxQueued, observe }: LineBatchOptions): LineBatch {
  return createMicroBatch<LineOperation, LineAnswer>({
    name: 'waiting line',
    run: (operations) => line.write(operations),
    maxBatch: BATCH_MAX,
    maxInFlight: 1,
    maxQueued,
    retry: RETRY,
    clock,
    ...(observe ? { observe } : {}),
  });
}
