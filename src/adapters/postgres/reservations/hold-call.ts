import type { HoldOutcome, HoldRequest, ReservationRecord } from '../../../modules/reservations/index.ts';
import { resultRecord } from '../../../platform/idempotency/ports.ts';
import type { Queryable } from '../database.ts';
import { saveResults } from '../idempotency/idempotency-store.ts';

/** Array literals under construction, one for each array parameter of `hold_seats`. */
type Literals = {
  ids: string;
  performances: string;
  accounts: string;
  firsts: string;
  counts: string;
  amounts: string;
  limits: string;
  ttls: string;
  traces: string;
  seatRequests: string;
  seatNos: string;
  seatPrices: string;
};

/**
 * The parameters of `hold_seats` as array literals in text. The driver would quote and
 * escape every element of an array; numbers and UUIDs need none of it, which saves half of the client's time.
 */
export function holdParameters(requests: readonly HoldRequest[], at: number): unknown[] {
  const literals: Literals = {
    ids: '',
    performances: '',
    accounts: '',
    firsts: '',
    counts: '',
    amounts: '',
    limits: '',
    ttls: '',
    traces: '',
    seatRequests: '',
    seatNos: '',
    seatPrices: '',
  };
  let first = 1;
  let number = 0;
  for (const request of requests) {
    appendRequest(literals, request, ++number, first);
    first += request.seatNos.length;
  }
  const arrays = Object.values(literals).map((elements) => `{${elements.slice(1)}}`);
  return [...arrays, new Date(at)];
}

function appendRequest(literals: Literals, request: HoldRequest, number: number, first: number): void {
  literals.ids += `,${request.reservationId}`;
  literals.performances += `,${request.performanceId}`;
  literals.accounts += `,${request.accountId}`;
  literals.firsts += `,${first}`;
  literals.counts += `,${request.seatNos.length}`;
  literals.amounts += `,${request.amount}`;
  literals.limits += `,${request.limitPerPerson}`;
  literals.ttls += `,${request.holdTtlMs}`;
  literals.traces += request.trace === undefined ? ',NULL' : `,${quote(request.trace)}`;
  for (let i = 0; i < request.seatNos.length; i++) {
    literals.seatRequests += `,${number}`;
    literals.seatNos += `,${request.seatNos[i]}`;
    literals.seatPrices += `,${request.prices[i]}`;
  }
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** What `hold_seats` answers to one request (hold-seats.sql). */
export type HoldAnswer =
  /** Held, with this epoch. */
  | number
  /** Refused; these of its seats have a live owner. */
  | number[]
  /** Refused; the person has this many seats already. */
  | { readonly had: number }
  /** Held by an earlier run of the same request, with this epoch. */
  | { readonly before: number };

type Before = Extract<HoldAnswer, { before: number }>;

export function wasBefore(answer: HoldAnswer): answer is Before {
  return typeof answer === 'object' && 'before' in answer;
}

/** Turns an answer of the database into the outcome that the module knows; `before` is looked up by others. */
export function toOutcome(
  request: HoldRequest,
  answer: Exclude<HoldAnswer, Before>,
  at: number,
): HoldOutcome {
  if (typeof answer === 'number') return { ok: true, value: newRecord(request, answer, at) };
  if (Array.isArray(answer))
    return { ok: false, code: 'seat_taken', seatNos: answer.toSorted((a, b) => a - b) };
  return { ok: false, code: 'limit_reached', seatsHad: answer.had };
}

function newRecord(request: HoldRequest, epoch: number, at: number): ReservationRecord {
  return {
    id: request.reservationId,
    performanceId: request.performanceId,
    accountId: request.accountId,
    seatNos: request.seatNos,
    prices: request.prices,
    amount: request.amount,
    status: 'held',
    epoch,
    createdAt: at,
    expiresAt: at + request.holdTtlMs,
    updatedAt: at,
    keptFor: null,
  };
}

/** Saves the results of those that won and carry an Idempotency-Key, in the transaction of the hold. */
export async function saveHoldResults(
  tx: Queryable,
  requests: readonly HoldRequest[],
  outcomes: readonly HoldOutcome[],
): Promise<void> {
  const records = requests.flatMap(({ saveTo }, index) => {
    const outcome = outcomes[index];
    return saveTo && outcome?.ok ? [resultRecord(saveTo, outcome.value)] : [];
  });
  await saveResults(tx, records);
}
