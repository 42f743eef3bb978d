import type { Clock } from '../../../kernel/clock.ts';
import { isRetryable, UnavailableFault } from '../../../kernel/faults.ts';
import { createMicroBatch, type MicroBatchObservation } from '../../../kernel/micro-batch.ts';
import type { HoldOutcome, HoldRequest, SeatHolds } from '../../../modules/reservations/index.ts';
import type { Database, Queryable } from '../database.ts';
import type { CommitNotice } from '../events/outbox.ts';
import { type HoldAnswer, saveHoldResults, toOutcome } from './hold-call.ts';

export type SingleHoldsOptions = {
  readonly database: Database;
  readonly clock: Clock;
  readonly hint: CommitNotice;
  /** Requests that may wait. Default 32,768. */
  readonly maxQueued?: number;
  /** Requests that are put to the database at a time, each on a connection of its own. Default 16. */
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

/**
 * What the strategies that decide each request alone have in common. The queue before the connections is
 * theirs too: without it a crowd waits in the pool and times out there, which would be no fair comparison.
 */
export function createSingleHolds(strategy: string, hold: HoldOne, options: SingleHoldsOptions): SeatHolds {
  const { database, clock, hint } = options;
  const maxQueued = options.maxQueued ?? QUEUED_MAX;
  const queue = createMicroBatch<HoldRequest, HoldOutcome>({
    name: `seat-holds-${strategy}`,
    run: async ([request]) => {
      const outcome = await decideInTheEnd(() => decide(database, hold, request!, clock.now()));
      if (outcome.ok) hint.committed();
      return [outcome];
    },
    maxBatch: 1,
    maxInFlight: options.maxInFlight ?? IN_FLIGHT_MAX,
    maxQueued,
    clock,
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
 */
async function decideInTheEnd(attempt: () => Promise<HoldOutcome>): Promise<HoldOutcome> {
  for (let conflicts = 0; ; conflicts++) {
    try {
      return await attempt();
    } catch (error) {
      const lost = error instanceof UnavailableFault;
      if (lost || !isRetryable(error) || conflicts >= CONFLICTS_MAX) throw error;
    }
  }
}

async function decide(
  database: Database,
  hold: HoldOne,
  request: HoldRequest,
  at: number,
): Promise<HoldOutcome> {
  if (!request.saveTo) return toOutcome(request, await hold(database, request, at), at);
  return database.transaction(async (tx) => {
    const outcome = toOutcome(request, await hold(tx, request, at), at);
    await saveHoldResults(tx, [request], [outcome]);
    return outcome;
  });
}
