import type { HoldRequest } from '../../../modules/reservations/index.ts';
import type { HoldAnswer } from './hold-call.ts';

/** The parameters that all statements for one request begin with. */
export function seatParameters(request: HoldRequest): unknown[] {
  const { reservationId, performanceId, accountId, seatNos, prices, amount } = request;
  return [reservationId, performanceId, accountId, `{${seatNos.join()}}`, `{${prices.join()}}`, amount];
}

/** The parameters of functions that decide a request in one call. */
export function singleParameters(request: HoldRequest, at: number): unknown[] {
  const { limitPerPerson, holdTtlMs, trace } = request;
  return [...seatParameters(request), limitPerPerson, holdTtlMs, trace ?? null, new Date(at)];
}

/** Reads the answer of one of these statements. */
export function readAnswer(rows: readonly { answer: string }[]): Exclude<HoldAnswer, { before: number }> {
  return JSON.parse(rows[0]!.answer) as Exclude<HoldAnswer, { before: number }>;
}
