import type { Clock } from '../../../kernel/clock.ts';
import { OverloadedFault, UnavailableFault } from '../../../kernel/faults.ts';
import { createMicroBatch, type MicroBatchObservation } from '../../../kernel/micro-batch.ts';
import {
  createSeatLines,
  decideInTheEnd,
  type HoldOutcome,
  type HoldRequest,
  type LinedHold,
  type SeatHolds,
} from '../../../modules/reservations/index.ts';
import type { Database, Queryable } from '../database.ts';
import type { CommitNotice } from '../events/outbox.ts';
import { type HoldAnswer, holdParameters, saveHoldResults, toOutcome, wasBefore } from './hold-call.ts';
import { RESERVATION_COLUMNS, type ReservationRow, toRecord } from './reservation-row.ts';
import { readAnswer, singleParameters } from './single-hold.ts';

export type SeatHoldsOptions = {
  readonly database: Database;
  readonly clock: Clock;
  readonly hint: CommitNotice;
  /** Requests that may wait or be under way. Default 32,768. */
  readonly maxQueued?: number;
  /** Requests in one statement. Default 500. */
  readonly maxBatch?: number;
  /** Default 6. */
  readonly maxInFlight?: number;
  /** Whether a request without company has a statement of its own. Default true. */
  readonly shortcut?: boolean;
  readonly observe?: (observation: MicroBatchObservation) => void;
};

const QUEUED_MAX = 32_768;
const BATCH_MAX = 500;
/** Two are enough below an overload; six keep the database at work in one (docs/decisions/003-six-batches-in-flight.md). */
const IN_FLIGHT_MAX = 6;
const RETRY_AFTER_MS = 1_000;

/**
 * The default strategy: what arrives while the database is busy goes there together, in one call of
 * `hold_seats` (hold-seats.sql tells its steps), which is one statement, one round trip and one commit for up to 500.
 * What comes alone goes alone (hold-seats-alone.sql), and with the next batch if it is to be run again.
 */
export function createSeatHolds(options: SeatHoldsOptions): SeatHolds {
  const { database, clock, hint, shortcut = true } = options;
  const maxQueued = options.maxQueued ?? QUEUED_MAX;
  const lines = createSeatLines();
  let drained: PromiseWithResolvers<void> | undefined;

  const batch = createMicroBatch<LinedHold, HoldOutcome>({
    name: 'seat-holds',
    async run(holds) {
      const isAlone = shortcut && holds.length === 1 && holds[0]!.sentAt === 0;
      lines.sent(holds);
      const requests = holds.map(({ hold }) => hold.request);
      const outcomes = await holdSeats(database, requests, { at: clock.now(), isAlone });
      if (outcomes.some(({ ok }) => ok)) hint.committed();
      return outcomes;
    },
    maxBatch: options.maxBatch ?? BATCH_MAX,
    maxInFlight: options.maxInFlight ?? IN_FLIGHT_MAX,
    maxQueued,
    retry: { attempts: 3, delayMs: 5 },
    clock,
    ...(options.observe ? { observe: options.observe } : {}),
  });

  const send = (lined: LinedHold): void => {
    batch.submit(lined).then(
      (outcome) => go(lines.settle(lined, outcome)),
      (error: unknown) => go(lines.abandon(lined, error)),
    );
  };
  const go = (ready: readonly LinedHold[]): void => {
    for (const lined of ready) send(lined);
    if (lines.size === 0) drained?.resolve();
  };

  return {
    strategy: 'batch',
    get undecided() {
      return lines.size;
    },
    get isFull() {
      return lines.size >= maxQueued;
    },
    hold(request) {
      if (drained) return Promise.reject(new UnavailableFault('seat-holds', 'seat-holds is stopping'));
      if (lines.size >= maxQueued) return Promise.reject(overloaded(lines.size));
      return new Promise((resolve, reject) => {
        const { lined, first } = lines.join({ request, decide: resolve, fail: reject });
        if (first) send(lined);
      });
    },
    async drain() {
      drained ??= Promise.withResolvers();
      if (lines.size === 0) drained.resolve();
      await drained.promise;
      await batch.drain();
    },
  };
}

function overloaded(waiting: number): OverloadedFault {
  return new OverloadedFault(`seat-holds has ${waiting} requests waiting`, { retryAfterMs: RETRY_AFTER_MS });
}

/**
 * Decides each request by a call of its own, for strategies that only group or queue them elsewhere. `isRepeated`:
 * somebody may have decided it before, and what that made is found.
 */
export function createHoldDecider(
  database: Database,
  clock: Clock,
): (request: HoldRequest, isRepeated?: boolean) => Promise<HoldOutcome> {
  return (request, isRepeated = false) => {
    let isAlone = !isRepeated;
    return decideInTheEnd(async () => {
      const terms = { at: clock.now(), isAlone };
      isAlone = false;
      const [outcome] = await holdSeats(database, [request], terms);
      return outcome!;
    });
  };
}

type HoldTerms = {
  readonly at: number;
  /** One request that was not sent before. */
  readonly isAlone: boolean;
};

/** One call and no transaction around it, unless results are to be saved with the holds. */
function holdSeats(
  database: Database,
  requests: readonly HoldRequest[],
  terms: HoldTerms,
): Promise<readonly HoldOutcome[]> {
  if (!requests.some(({ saveTo }) => saveTo)) return holdOnce(database, requests, terms);
  return database.transaction(async (tx) => {
    const outcomes = await holdOnce(tx, requests, terms);
    await saveHoldResults(tx, requests, outcomes);
    return outcomes;
  });
}

const HOLD_SEATS = {
  name: 'hold-seats',
  text: 'select hold_seats($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) as answers',
};

const HOLD_SEATS_ALONE = {
  name: 'hold-seats-alone',
  text: 'select hold_seats_alone($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as answer',
};

async function holdOnce(
  query: Queryable,
  requests: readonly HoldRequest[],
  { at, isAlone }: HoldTerms,
): Promise<readonly HoldOutcome[]> {
  if (isAlone) {
    const [request] = requests as [HoldRequest];
    const rows = await query.query<{ answer: string }>(HOLD_SEATS_ALONE, singleParameters(request, at));
    return [toOutcome(request, readAnswer(rows), at)];
  }
  const [row] = await query.query<{ answers: string }>(HOLD_SEATS, holdParameters(requests, at));
  const answers = JSON.parse(row!.answers) as HoldAnswer[];
  const earlier = await findEarlier(query, requests, answers);
  return requests.map((request, index) => {
    const answer = answers[index]!;
    return wasBefore(answer) ? earlier.get(request.reservationId)! : toOutcome(request, answer, at);
  });
}

/** What an earlier run of these requests made, whose answer was lost: rare, and so a question of its own. */
async function findEarlier(
  query: Queryable,
  requests: readonly HoldRequest[],
  answers: readonly HoldAnswer[],
): Promise<ReadonlyMap<string, HoldOutcome>> {
  const ids = requests
    .filter((_, index) => wasBefore(answers[index]!))
    .map((request) => request.reservationId);
  if (ids.length === 0) return new Map();
  const rows = await query.query<ReservationRow>(
    `select ${RESERVATION_COLUMNS} from reservation where id = any ($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, { ok: true, value: toRecord(row) }]));
}
