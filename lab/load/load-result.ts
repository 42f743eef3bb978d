import { LatencyHistogram, mergeHistograms } from './latency-histogram.ts';
import { type Outcome, outcomes } from './outcome.ts';

/** A short time of a load. Latencies are of what was decided (won or lost) in it. */
export type LoadInterval = {
  readonly offered: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly latency: string;
};

/** What one process measured, in a form that goes to another. Histograms are encoded. */
export type LoadResult = {
  /** From the first intended arrival to the last answer. */
  readonly durationMs: number;
  /** The time in which load was offered, the waiting for the last answers not counted. */
  readonly offeringMs: number;
  readonly offered: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly errors: Readonly<Record<string, number>>;
  readonly latency: Readonly<Record<Outcome, string>>;
  /** How late requests left for reasons of the generator: its event loop, not its connections. */
  readonly sendDelay: string;
  readonly steps: Readonly<Record<string, string>>;
  readonly intervalMs: number;
  readonly intervals: readonly LoadInterval[];
  /** Requests that found all connections busy. */
  readonly waitedForConnection: number;
  /** `[number, moment]` of some attempts that won, on the clock that all processes share. */
  readonly marks: readonly (readonly [number, number])[];
};

export const noOutcomes = (): Record<Outcome, number> => ({ won: 0, lost: 0, refused: 0, error: 0 });

/** Adds up what several processes measured in the same time. */
export function mergeResults(results: readonly LoadResult[]): LoadResult {
  const intervals = Math.max(0, ...results.map((result) => result.intervals.length));
  return {
    durationMs: Math.max(0, ...results.map((result) => result.durationMs)),
    offeringMs: Math.max(0, ...results.map((result) => result.offeringMs)),
    offered: sum(results.map((result) => result.offered)),
    outcomes: sumRecords(
      noOutcomes(),
      results.map((result) => result.outcomes),
    ),
    errors: sumRecords(
      {},
      results.map((result) => result.errors),
    ),
    latency: mergeByKey(
      outcomes,
      results.map((result) => result.latency),
    ),
    sendDelay: mergeHistograms(results.map((result) => result.sendDelay)).encode(),
    steps: mergeByKey(
      [...new Set(results.flatMap((result) => Object.keys(result.steps)))],
      results.map((result) => result.steps),
    ),
    intervalMs: results[0]?.intervalMs ?? 1_000,
    intervals: Array.from({ length: intervals }, (_, at) =>
      mergeInterval(results.map((result) => result.intervals[at])),
    ),
    waitedForConnection: sum(results.map((result) => result.waitedForConnection)),
    marks: results.flatMap((result) => result.marks),
  };
}

function mergeInterval(parts: readonly (LoadInterval | undefined)[]): LoadInterval {
  const there = parts.filter((part) => part !== undefined);
  return {
    offered: sum(there.map((part) => part.offered)),
    outcomes: sumRecords(
      noOutcomes(),
      there.map((part) => part.outcomes),
    ),
    latency: mergeHistograms(there.map((part) => part.latency)).encode(),
  };
}

/** Latencies of all that was decided: won and lost, since both are answers to the question. */
export function decidedLatency(latency: LoadResult['latency']): LatencyHistogram {
  return mergeHistograms([latency.won, latency.lost]);
}

function mergeByKey<K extends string>(
  keys: readonly K[],
  parts: readonly Partial<Record<K, string>>[],
): Record<K, string> {
  const merged = keys.map((key) => [key, mergeHistograms(parts.flatMap((part) => part[key] ?? [])).encode()]);
  return Object.fromEntries(merged) as Record<K, string>;
}

function sumRecords<K extends string>(
  zero: Record<K, number>,
  parts: readonly Readonly<Record<K, number>>[],
): Record<K, number> {
  const total: Record<string, number> = { ...zero };
  for (const part of parts) {
    for (const [key, count] of Object.entries<number>(part)) total[key] = (total[key] ?? 0) + count;
  }
  return total;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
