import {
  createQueuedHolds,
  decideInTheEnd,
  type HoldOutcome,
  type HoldRequest,
  type QueuedHoldsOptions,
  type SeatHolds,
} from '../../../modules/reservations/index.ts';
import type { Database, Queryable } from '../database.ts';
import { type HoldAnswer, saveHoldResults, toOutcome } from './hold-call.ts';

export type SingleHoldsOptions = QueuedHoldsOptions & {
  readonly database: Database;
  /** Whether each request has a SERIALIZABLE transaction. Default: READ COMMITTED, and none where one statement does. */
  readonly isSerializable?: boolean;
};

/** How one request is decided: a statement, or a few; answers as `hold_seats_alone` does. */
export type HoldOne = (
  query: Queryable,
  request: HoldRequest,
  at: number,
) => Promise<Exclude<HoldAnswer, { before: number }>>;

/** A strategy that decides each request alone, by statements of its own. */
export function createSingleHolds(strategy: string, hold: HoldOne, options: SingleHoldsOptions): SeatHolds {
  const decide = decideBy(hold, options);
  return createQueuedHolds(strategy, (request) => decideInTheEnd(() => decide(request)), options);
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
