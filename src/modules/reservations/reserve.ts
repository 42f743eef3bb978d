import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import { andThen, type MaybePromise, ok, type Refusal, type Result } from '../../kernel/result.ts';
import type { IdempotencyRef } from '../../platform/idempotency/ports.ts';
import type { AdmittedPass } from '../../platform/operations/operation.ts';
import type { SalesCatalogue, SalesTerms } from '../catalogue/index.ts';
import type { AdmissionCode, AdmissionGate } from '../waiting-room/index.ts';
import type { HoldOutcome, HoldRefusal, HoldRequest, SeatHolds } from './ports.ts';
import { type Reservation, seatsOf, withSeats } from './view.ts';

export type ReserveDeps = {
  readonly holds: SeatHolds;
  readonly catalogue: Pick<SalesCatalogue, 'terms'>;
  readonly gate: Pick<AdmissionGate, 'check' | 'keep' | 'checkKept'>;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Hears how each hold that was put to the strategy ended, for metrics. */
  readonly onDecided?: (outcome: 'held' | HoldRefusal['code']) => void;
};

export type ReserveCommand = {
  readonly accountId: string;
  readonly performanceId: string;
  readonly seatIds: readonly string[];
  /** The Room-Pass, where the request carries one. */
  readonly pass: string | undefined;
  /** Of one that waited in the request queue, what was kept of its pass. */
  readonly kept?: AdmittedPass | undefined;
  readonly trace?: string | undefined;
  readonly key?: IdempotencyRef | undefined;
};

type ChoiceCode =
  | 'performance_cancelled'
  | 'not_on_sale_yet'
  | 'sales_closed'
  | 'seat_unknown'
  | 'over_limit';

export type ReserveAnswer = Result<
  Reservation,
  'performance_not_found' | ChoiceCode | AdmissionCode | HoldRefusal['code']
>;

/**
 * Holds seats. With terms in the cache and a pass that was seen before, all checks run in this very call and
 * the only thing awaited is the strategy.
 */
export function reserve(deps: ReserveDeps, command: ReserveCommand): MaybePromise<ReserveAnswer> {
  const terms = deps.catalogue.terms(command.performanceId);
  return andThen(terms, (found) => reserveOn(deps, command, found));
}

function reserveOn(
  deps: ReserveDeps,
  command: ReserveCommand,
  terms: SalesTerms | undefined,
): MaybePromise<ReserveAnswer> {
  const now = deps.clock.now();
  if (terms === undefined || now < terms.publicFrom) return { ok: false, code: 'performance_not_found' };
  const seatNos = chooseSeats(terms, command.seatIds, now);
  if (!Array.isArray(seatNos)) return seatNos;
  if (!terms.roomEnabled) return holdSeats(deps, command, terms, seatNos);
  const { gate } = deps;
  const admission = command.kept ? gate.checkKept(command.kept, command) : gate.check(command.pass, command);
  return andThen(admission, (admitted) =>
    admitted.ok ? holdSeats(deps, command, terms, seatNos) : admitted,
  );
}

/** What is kept of the pass of a request that is going to wait, where the performance has a room. */
export function keepPass(
  { catalogue, gate }: Pick<ReserveDeps, 'catalogue' | 'gate'>,
  { pass, ...who }: Pick<ReserveCommand, 'pass' | 'accountId' | 'performanceId'>,
): MaybePromise<Result<AdmittedPass | undefined>> {
  return andThen(catalogue.terms(who.performanceId), (terms) =>
    terms?.roomEnabled === true ? gate.keep(pass, who) : ok(undefined),
  );
}

/** @returns the seats by number, ascending, or why they cannot be asked for */
function chooseSeats(
  terms: SalesTerms,
  seatIds: readonly string[],
  now: number,
): number[] | Refusal<ChoiceCode> {
  if (terms.isCancelled) return { ok: false, code: 'performance_cancelled' };
  if (now < terms.opensAt) return notOnSaleYet(terms);
  if (now >= terms.closesAt) return { ok: false, code: 'sales_closed' };
  if (seatIds.length > terms.limitPerPerson) {
    return { ok: false, code: 'over_limit', extra: { limit: terms.limitPerPerson } };
  }
  const seatNos: number[] = [];
  for (const seatId of seatIds) {
    const seatNo = terms.seatNoOf(seatId);
    if (seatNo === undefined) return unknownSeats(terms, seatIds);
    seatNos.push(seatNo);
  }
  return seatNos.length === 1 ? seatNos : seatNos.toSorted((a, b) => a - b);
}

function notOnSaleYet(terms: SalesTerms): Refusal<ChoiceCode> {
  const opensAt = new Date(terms.opensAt).toISOString();
  return { ok: false, code: 'not_on_sale_yet', extra: { opensAt } };
}

function unknownSeats(terms: SalesTerms, seatIds: readonly string[]): Refusal<ChoiceCode> {
  const seats = seatIds.filter((seatId) => terms.seatNoOf(seatId) === undefined);
  return { ok: false, code: 'seat_unknown', extra: { seats } };
}

function holdSeats(
  deps: ReserveDeps,
  command: ReserveCommand,
  terms: SalesTerms,
  seatNos: readonly number[],
): Promise<ReserveAnswer> {
  const prices = seatNos.map((seatNo) => terms.priceOf(seatNo));
  const request: HoldRequest = {
    reservationId: deps.ids.next(),
    performanceId: command.performanceId,
    accountId: command.accountId,
    seatNos,
    prices,
    amount: prices.reduce((sum, price) => sum + price, 0),
    holdTtlMs: terms.holdTtlMs,
    limitPerPerson: terms.limitPerPerson,
    trace: command.trace,
    // Named now, so that the result can be saved with the hold; else when there is one.
    saveTo: command.key && { ref: command.key, known: { seats: seatsOf({ seatNos, prices }, terms) } },
  };
  return deps.holds.hold(request).then((outcome) => {
    deps.onDecided?.(outcome.ok ? 'held' : outcome.code);
    return toAnswer(outcome, terms);
  });
}

function toAnswer(outcome: HoldOutcome, terms: SalesTerms): ReserveAnswer {
  if (outcome.ok) return { ok: true, value: withSeats(outcome.value, terms) };
  if (outcome.code === 'seat_taken') {
    const seats = outcome.seatNos.map((seatNo) => terms.seatAt(seatNo).id);
    return { ok: false, code: 'seat_taken', extra: { seats } };
  }
  const { code, seatsHad } = outcome;
  return { ok: false, code, extra: { seatsHad, limit: terms.limitPerPerson } };
}
