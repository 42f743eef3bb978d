import type { LatencyHistogram } from '../load/latency-histogram.ts';
import type { LoadOrder } from '../load/load-order.ts';
import { decidedLatency, type LoadResult } from '../load/load-result.ts';
import type { Usage } from '../measure/usage.ts';
import type { Invariant } from '../system/truth.ts';

/** One run of one variant, as it was measured. */
export type MeasuredRun = {
  readonly variant: string;
  readonly strategy?: string;
  readonly minor?: boolean;
  readonly round: number;
  readonly order: LoadOrder;
  readonly result: LoadResult;
  /** Successes that the database shows; undefined where there are none to count. */
  readonly counted?: number;
  readonly usage: readonly Usage[];
  readonly invariants: readonly Invariant[];
};

/** Successes a second: those that the database shows where it can, else the answers that won. */
export function perSecondOf({ result, counted }: MeasuredRun): number {
  return result.durationMs > 0 ? ((counted ?? result.outcomes.won) * 1_000) / result.durationMs : 0;
}

/** Decisions a second: a loser who is told so was served as well. */
export function answeredPerSecondOf({ result }: MeasuredRun): number {
  const { won, lost } = result.outcomes;
  return result.durationMs > 0 ? ((won + lost) * 1_000) / result.durationMs : 0;
}

export function offeredPerSecondOf({ result }: MeasuredRun): number {
  return result.offeringMs > 0 ? (result.offered * 1_000) / result.offeringMs : 0;
}

/**
 * Answers and database must agree. Who was told 201 owns the seat; who got no answer may own it or not; and
 * nobody else does.
 */
export function answersAgree(result: LoadResult, counted: number): Invariant {
  const { won, error } = result.outcomes;
  const ok = counted >= won && counted <= won + error;
  return {
    name: 'lab_answers_agree_with_the_database',
    ok,
    checked: won,
    detail: `${won} successes were answered, ${error} attempts failed without one, the database shows ${counted}`,
  };
}

/** How long those waited who were told the outcome. */
export function latencyOf({ result }: MeasuredRun): LatencyHistogram {
  return decidedLatency(result.latency);
}
