import type { Clock } from '../../kernel/clock.ts';
import { isRetryable, OverloadedFault, UnavailableFault } from '../../kernel/faults.ts';
import { createMicroBatch, type MicroBatchObservation } from '../../kernel/micro-batch.ts';
import type { HoldOutcome, HoldRequest, SeatHolds } from './ports.ts';

export type QueuedHoldsOptions = {
  readonly clock: Clock;
  /** Hears of every hold that was made. */
  readonly hint: { committed(): void };
  /** Requests that may wait. Default 32,768. */
  readonly maxQueued?: number;
  /** Requests that are decided at a time. Default 16. */
  readonly maxInFlight?: number;
  readonly observe?: (observation: MicroBatchObservation) => void;
};

const QUEUED_MAX = 32_768;
const IN_FLIGHT_MAX = 16;
/** Each conflict (40001, 40P01) means that somebody else came further, so this ends long before. */
const CONFLICTS_MAX = 50;
const RETRY_AFTER_MS = 1_000;

/**
 * The queue of the strategies that decide each request alone. Without it a crowd waits in the pool and times out there,
 * which would be no fair comparison.
 */
export function createQueuedHolds(
  strategy: string,
  decide: (request: HoldRequest) => Promise<HoldOutcome>,
  options: QueuedHoldsOptions,
): SeatHolds {
  const maxQueued = options.maxQueued ?? QUEUED_MAX;
  const queue = createMicroBatch<HoldRequest, HoldOutcome>({
    name: `seat-holds-${strategy}`,
    run: async ([request]) => {
      const outcome = await decide(request!);
      if (outcome.ok) options.hint.committed();
      return [outcome];
    },
    maxBatch: 1,
    maxInFlight: options.maxInFlight ?? IN_FLIGHT_MAX,
    maxQueued,
    clock: options.clock,
    ...(options.observe ? { observe: options.observe } : {}),
  });
  return {
    strategy,
    get undecided() {
      return queue.queued + queue.inFlight;
    },
    get isFull() {
      return queue.queued >= maxQueued;
    },
    hold: (request) => queue.submit(request),
    drain: () => queue.drain(),
  };
}

/**
 * Again after each conflict. Not after a lost connection: the hold may have been made, and would meet itself.
 * @throws OverloadedFault after too many conflicts
 */
export async function decideInTheEnd(attempt: () => Promise<HoldOutcome>): Promise<HoldOutcome> {
  for (let conflicts = 0; ; conflicts++) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof UnavailableFault || error instanceof OverloadedFault || !isRetryable(error))
        throw error;
      if (conflicts >= CONFLICTS_MAX)
        throw new OverloadedFault(`a hold met others ${conflicts} times`, {
          retryAfterMs: RETRY_AFTER_MS,
          cause: error,
        });
    }
  }
}
