import type { Machine } from '../engine/machine.ts';
import type { LatencySummary } from '../load/latency-histogram.ts';
import type { Outcome } from '../load/outcome.ts';
import type { Bottleneck } from '../measure/bottleneck.ts';
import type { Spread } from '../measure/statistics.ts';
import type { Group } from '../measure/usage.ts';
import type { Invariant } from '../system/truth.ts';

/** The JSON of one scenario; other programs and stored baselines read it. Times are ms, memory is bytes. */
export type ScenarioResult = {
  readonly scenario: string;
  readonly startedAt: string;
  readonly machine: Machine;
  readonly version: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** What `perSecond` counts. */
  readonly counts: 'successes' | 'answers';
  readonly runs: readonly RunResult[];
  /** By name, such as `join / no-op POST`: medians over the rounds, with the smallest and the largest. */
  readonly ratios: Readonly<Record<string, Spread>>;
  /** The same by what was done in a second of processor time: other programs hardly move it. */
  readonly processorRatios?: Readonly<Record<string, Spread>>;
  /** What it is to reach, where it ran long enough to tell. */
  readonly targets?: readonly TargetResult[];
  /** False when an invariant was broken. */
  readonly ok: boolean;
  /** True when somebody stopped it before its end. */
  readonly stopped: boolean;
};

/** A figure, and what it is to be. */
export type TargetResult = {
  readonly name: string;
  readonly bound: 'at least' | 'at most';
  readonly limit: number;
  readonly value: number;
  readonly met: boolean;
};

/** A variant over all its rounds: counts are sums, `perSecond` is the median, latencies are of all together. */
export type RunResult = {
  readonly name: string;
  readonly strategy?: string;
  /** A step on the way to the others. */
  readonly minor?: boolean;
  readonly loop: 'open' | 'closed';
  readonly offeredPerSecond: number;
  readonly answered: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Successes that the database shows, where it can. */
  readonly counted?: number;
  readonly perSecond: number;
  readonly perSecondSpread: Spread;
  readonly latencyMs: LatencySummary;
  /** `[percent, ms]`, for the picture. */
  readonly latencyCurve: readonly (readonly [number, number])[];
  readonly errors: Readonly<Record<string, number>>;
  /** How late requests left the generator. */
  readonly sendDelayMs: LatencySummary;
  readonly bottleneck: Bottleneck;
  readonly processes: readonly ProcessResult[];
  readonly intervalMs: number;
  /** Of the round in the middle, an entry for each interval. */
  readonly timeline: readonly IntervalResult[];
  readonly steps: Readonly<Record<string, LatencySummary>>;
  readonly rounds: readonly { readonly round: number; readonly perSecond: number; readonly p99: number }[];
  readonly invariants: readonly Invariant[];
};

export type ProcessResult = {
  readonly group: Group;
  readonly processes: number;
  readonly cores: number;
  readonly busiestCores: number;
  /** Processor time for each that was told the outcome: what other programs do hardly changes it. */
  readonly cpuMicrosPerAnswer: number;
  readonly memoryBytesMax: number;
};

export type IntervalResult = {
  readonly offered: number;
  readonly won: number;
  readonly lost: number;
  readonly refused: number;
  readonly error: number;
  readonly p50: number;
  readonly p99: number;
  readonly cores: Readonly<Partial<Record<Group, number>>>;
};

/** What a file of results holds. */
export type ResultFile = { readonly scenarios: readonly ScenarioResult[] };
