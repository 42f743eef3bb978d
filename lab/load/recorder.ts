import { LatencyHistogram } from './latency-histogram.ts';
import { type LoadResult, noOutcomes } from './load-result.ts';
import { type Outcome, outcomes, type Verdict } from './outcome.ts';

type Interval = { offered: number; outcomes: Record<Outcome, number>; latency: LatencyHistogram };

/** Figures of the moment, for the progress bar. */
export type Progress = {
  readonly offered: number;
  readonly answered: number;
  readonly won: number;
  readonly errors: number;
};

/** Kinds of error that are counted apart; should a system invent one for each request, the rest is `other`. */
const ERROR_KINDS_MAX = 50;
const MARKS_MAX = 10_000;

/** Takes down what happened in one process. Times are ms since the start of the load. */
export class Recorder {
  readonly #latency: Record<Outcome, LatencyHistogram>;
  readonly #sendDelay = new LatencyHistogram();
  readonly #steps = new Map<string, LatencyHistogram>();
  readonly #intervals: Interval[] = [];
  readonly #errors = new Map<string, number>();
  readonly #outcomes = noOutcomes();
  readonly #marks: (readonly [number, number])[] = [];
  #offered = 0;
  #waited = 0;
  #lastMs = 0;
  #offeringMs = 0;
  readonly #intervalMs: number;

  /** @param intervalMs how finely the course of the load is kept; each interval has a histogram of its own */
  constructor(intervalMs = 1_000) {
    this.#intervalMs = intervalMs;
    this.#latency = Object.fromEntries(
      outcomes.map((outcome) => [outcome, new LatencyHistogram()]),
    ) as Record<Outcome, LatencyHistogram>;
  }

  /** Somebody came at `intendedMs` and could be looked at by the generator at `nowMs`. */
  offered(intendedMs: number, nowMs: number): void {
    this.#offered++;
    this.#intervalAt(intendedMs).offered++;
    this.#sendDelay.record(nowMs - intendedMs);
  }

  waitedForConnection(): void {
    this.#waited++;
  }

  /** An attempt ended. Its latency counts from when it was meant to begin. */
  ended(verdict: Verdict, intendedMs: number, nowMs: number): void {
    const { outcome, kind } = verdict;
    const interval = this.#intervalAt(nowMs);
    const latencyMs = nowMs - intendedMs;
    this.#outcomes[outcome]++;
    interval.outcomes[outcome]++;
    this.#latency[outcome].record(latencyMs);
    if (outcome === 'won' || outcome === 'lost') interval.latency.record(latencyMs);
    if (kind !== undefined) this.#countError(kind);
    if (nowMs > this.#lastMs) this.#lastMs = nowMs;
  }

  /** An attempt that won, of those whose moment is kept. `atMs` is on the clock that all processes share. */
  mark(index: number, atMs: number): void {
    if (this.#marks.length < MARKS_MAX) this.#marks.push([index, atMs]);
  }

  /** One request of an attempt that consists of several. */
  step(name: string, latencyMs: number): void {
    let histogram = this.#steps.get(name);
    if (!histogram) this.#steps.set(name, (histogram = new LatencyHistogram()));
    histogram.record(latencyMs);
  }

  /** Nothing more is offered from now on. */
  offeringEnded(nowMs: number): void {
    this.#offeringMs = nowMs;
  }

  progress(): Progress {
    const { won, lost, refused, error } = this.#outcomes;
    return { offered: this.#offered, answered: won + lost + refused, won, errors: error };
  }

  result(): LoadResult {
    return {
      durationMs: this.#lastMs,
      offeringMs: this.#offeringMs,
      offered: this.#offered,
      outcomes: { ...this.#outcomes },
      errors: Object.fromEntries(this.#errors),
      latency: Object.fromEntries(
        outcomes.map((outcome) => [outcome, this.#latency[outcome].encode()]),
      ) as Record<Outcome, string>,
      sendDelay: this.#sendDelay.encode(),
      steps: Object.fromEntries([...this.#steps].map(([name, histogram]) => [name, histogram.encode()])),
      intervalMs: this.#intervalMs,
      intervals: this.#intervals.map((interval) => ({ ...interval, latency: interval.latency.encode() })),
      waitedForConnection: this.#waited,
      marks: this.#marks,
    };
  }

  #countError(kind: string): void {
    const key = this.#errors.has(kind) || this.#errors.size < ERROR_KINDS_MAX ? kind : 'other';
    this.#errors.set(key, (this.#errors.get(key) ?? 0) + 1);
  }

  #intervalAt(ms: number): Interval {
    const index = Math.max(0, Math.floor(ms / this.#intervalMs));
    while (this.#intervals.length <= index) {
      this.#intervals.push({ offered: 0, outcomes: noOutcomes(), latency: new LatencyHistogram() });
    }
    return this.#intervals[index]!;
  }
}
