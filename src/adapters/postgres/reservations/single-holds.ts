import type { Clock } from '../../../kernel/clock.ts';
import { isRetryable, OverloadedFault, UnavailableFault } from '../../../kernel/faults.ts';
import { createMicroBatch, type MicroBatchObservation } from '../../../kernel/micro-batch.ts';
import type { HoldOutcome, HoldRequest, SeatHolds } from '../../../modules/reservations/index.ts';
import type { Database, Queryable } from '../database.ts';
import type { CommitNotice } from '../events/outbox.ts';
import { type HoldAnswer, saveHoldResults, toOutcome } from './hold-call.ts';

export type SingleHoldsOptions = QueuedHoldsOptions & {
  readonly database: Database;
  /** Whether each request has a SERIALIZABLE transaction. Default: READ COMMITTED, and none where one statement does. */
  readonly isSerializable?: boolean;
};

export type QueuedHoldsOptions = {
  readonly clock: Clock;
  readonly hint: CommitNotice;
  /** Requests that may wait. Default 32,768. */
  readonly maxQueued?: number;
  /** Requests that are decided at a time, each on a connection of its own. Default 16. */
  readonly maxInFlight?: number;
  readonly observe?: (observation: MicroBatchObservation) => void;
};

/** How one request is decided: a statement, or a few; answers as `hold_seats_alone` does. */
export type HoldOne = (
  query: Queryable,
  request: HoldRequest,
  at: number,
) => Promise<Exclude<HoldAnswer, { before: number }>>;

const QUEUED_MAX = 32_768;
const IN_FLIGHT_MAX = 16;
/** Each conflict (40001, 40P01) means that somebody else came further, so this ends long before. */
const CONFLICTS_MAX = 50;
const RETRY_AFTER_MS = 1_000;

/** A strategy that decides each request alone, by statements of its own. */
export function createSingleHolds(strategy: string, hold: HoldOne, options: SingleHoldsOptions): SeatHolds {
  const decide = decideBy(hold, options);
  return createQueuedHolds(strategy, (request) => decideInTheEnd(() => decide(request)), options);
}

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

/** One attempt at a request; its result is saved in the transaction of the hold. */
export function decideBy(
  hold: HoldOne,
  {
    database,
    clock,
    isSerializable = false,
  }: Pick<SingleHoldsOptions, 'database' | 'clock' | 'isSerializable'>,
): (request: HoldRequest) => Promise<HoldOutcome> {
  return async (request) => {
    const at = clock.now();
    if (!request.saveTo && !isSerializable) return toOutcome(request, await hold(database, request, at), at);
    return database.transaction(
      async (tx) => {
        const outcome = toOutcome(request, await hold(tx, request, at), at);
        await saveHoldResults(tx, [request], [outcome]);
        return outcome;
      },
      { isSerializable },
    );
  };
}
