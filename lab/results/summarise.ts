import {
  answeredPerSecondOf,
  type MeasuredRun,
  offeredPerSecondOf,
  perSecondOf,
} from '../engine/measured-run.ts';
import { LatencyHistogram, mergeHistograms } from '../load/latency-histogram.ts';
import { decidedLatency, type LoadResult, mergeResults } from '../load/load-result.ts';
import { findBottleneck } from '../measure/bottleneck.ts';
import { ratioOf, type Spread, spreadOf } from '../measure/statistics.ts';
import { groups, type Usage } from '../measure/usage.ts';
import type { RatioPlan } from '../scenarios/scenario.ts';
import type { Invariant } from '../system/truth.ts';
import type { IntervalResult, ProcessResult, RunResult, ScenarioResult } from './scenario-result.ts';

const REFUSALS = 'told to come later';

export type SummaryOptions = {
  readonly counts: ScenarioResult['counts'];
  readonly cores: number;
  /** What the generator does against a bare server, where it was measured. */
  readonly generatorPerSecond?: number | undefined;
};

/** One result for each variant, in the order in which they were first run. */
export function summariseRuns(runs: readonly MeasuredRun[], options: SummaryOptions): readonly RunResult[] {
  return [...byVariant(runs).values()].map((rounds) => summariseVariant(rounds, options));
}

export function summariseRatios(
  runs: readonly MeasuredRun[],
  plans: readonly RatioPlan[],
  counts: SummaryOptions['counts'],
): Record<string, Spread> {
  return ratiosOf(runs, plans, (run) => rateOf(run, counts));
}

/**
 * The same ratios by what can be had for a second of processor time, of all processes of the experiment together:
 * other programs hardly move it, and where processors are the limit it is the ratio that a quiet machine would show.
 */
export function summariseProcessorRatios(
  runs: readonly MeasuredRun[],
  plans: readonly RatioPlan[],
  counts: SummaryOptions['counts'],
): Record<string, Spread> {
  return ratiosOf(runs, plans, (run) => {
    const ours = run.usage.filter(({ group }) => group !== 'others');
    const cores = ours.reduce((sum, usage) => sum + usage.cores, 0);
    return cores > 0 ? rateOf(run, counts) / cores : 0;
  });
}

function ratiosOf(
  runs: readonly MeasuredRun[],
  plans: readonly RatioPlan[],
  figure: (run: MeasuredRun) => number,
): Record<string, Spread> {
  const perRound = new Map(
    [...byVariant(runs)].map(([name, rounds]) => [
      name,
      new Map(rounds.map((run) => [run.round, figure(run)])),
    ]),
  );
  const ratios: Record<string, Spread> = {};
  for (const { of, to } of plans) {
    const [one, other] = [perRound.get(of), perRound.get(to)];
    const ratio = one && other && ratioOf(one, other);
    if (ratio) ratios[`${of} / ${to}`] = ratio;
  }
  return ratios;
}

function byVariant(runs: readonly MeasuredRun[]): Map<string, MeasuredRun[]> {
  const grouped = new Map<string, MeasuredRun[]>();
  for (const run of runs) {
    const known = grouped.get(run.variant);
    if (known) known.push(run);
    else grouped.set(run.variant, [run]);
  }
  return grouped;
}

function rateOf(run: MeasuredRun, counts: SummaryOptions['counts']): number {
  return counts === 'successes' ? perSecondOf(run) : answeredPerSecondOf(run);
}

function summariseVariant(rounds: readonly MeasuredRun[], options: SummaryOptions): RunResult {
  const first = rounds[0]!;
  const merged = mergeResults(rounds.map(({ result }) => result));
  const perSecondSpread = spreadOf(rounds.map((run) => rateOf(run, options.counts)));
  const offeredPerSecond = spreadOf(rounds.map(offeredPerSecondOf)).median;
  const latency = decidedLatency(merged.latency);
  const sendDelay = LatencyHistogram.decode(merged.sendDelay).summary();
  const processes = groups.flatMap((group) => summariseUsage(rounds, group));
  const open = first.order.loop === 'open';
  const middle = rounds.toSorted((a, b) => rateOf(a, options.counts) - rateOf(b, options.counts))[
    Math.floor((rounds.length - 1) / 2)
  ]!;
  const counted = rounds.every((run) => run.counted !== undefined)
    ? { counted: rounds.reduce((sum, run) => sum + run.counted!, 0) }
    : {};
  return {
    name: first.variant,
    ...(first.strategy === undefined ? {} : { strategy: first.strategy }),
    ...(first.minor ? { minor: true } : {}),
    loop: first.order.loop,
    offeredPerSecond,
    answered: merged.outcomes.won + merged.outcomes.lost + merged.outcomes.refused,
    outcomes: merged.outcomes,
    ...counted,
    perSecond: perSecondSpread.median,
    perSecondSpread,
    latencyMs: latency.summary(),
    latencyCurve: latency.curve(),
    errors: merged.errors,
    sendDelayMs: sendDelay,
    bottleneck: findBottleneck({
      usage: processes.map((its) => ({ ...its, course: [] })),
      cores: options.cores,
      perSecond: spreadOf(rounds.map(answeredPerSecondOf)).median,
      generatorPerSecond: first.variant.startsWith('bare') ? undefined : options.generatorPerSecond,
      ...(open ? { sendDelayMs: sendDelay.p99, offeredPerSecond } : {}),
    }),
    processes,
    intervalMs: merged.intervalMs,
    timeline: timelineOf(middle),
    steps: stepsOf(merged),
    rounds: rounds.map((run) => ({
      round: run.round,
      perSecond: rateOf(run, options.counts),
      p99: decidedLatency(run.result.latency).percentile(99),
    })),
    invariants: mergeInvariants(rounds),
  };
}

/** The requests of a journey, what was measured beside; and how fast those were answered who were turned away. */
function stepsOf({ steps, outcomes, latency }: LoadResult): RunResult['steps'] {
  const all = outcomes.refused > 0 ? { ...steps, [REFUSALS]: latency.refused } : steps;
  return Object.fromEntries(
    Object.entries(all).map(([name, text]) => [name, LatencyHistogram.decode(text).summary()]),
  );
}

/** The middle over the rounds; of memory the most. */
function summariseUsage(rounds: readonly MeasuredRun[], group: Usage['group']): ProcessResult[] {
  const seen = rounds.flatMap((run) => {
    const usage = run.usage.find((its) => its.group === group);
    return usage ? [{ run, usage }] : [];
  });
  if (seen.length === 0) return [];
  const found = seen.map(({ usage }) => usage);
  return [
    {
      group,
      processes: Math.max(...found.map((usage) => usage.processes)),
      cores: spreadOf(found.map((usage) => usage.cores)).median,
      busiestCores: spreadOf(found.map((usage) => usage.busiestCores)).median,
      cpuMicrosPerAnswer: spreadOf(
        seen.map(({ run, usage }) => (usage.cores * 1e6) / Math.max(1, answeredPerSecondOf(run))),
      ).median,
      memoryBytesMax: Math.max(...found.map((usage) => usage.memoryBytesMax)),
    },
  ];
}

function timelineOf({ result, usage }: MeasuredRun): IntervalResult[] {
  return result.intervals.map((interval, no) => {
    const { p50, p99 } = mergeHistograms([interval.latency]).summary();
    const cores = Object.fromEntries(
      usage.flatMap((its) => {
        const point = its.course[no];
        return point ? [[its.group, point.cores]] : [];
      }),
    );
    return { offered: interval.offered, ...interval.outcomes, p50, p99, cores };
  });
}

/** Of each invariant the rounds that broke it, else the last: the database only grew. */
function mergeInvariants(rounds: readonly MeasuredRun[]): Invariant[] {
  const merged = new Map<string, Invariant>();
  for (const { invariants } of rounds) {
    for (const invariant of invariants) {
      if (merged.get(invariant.name)?.ok !== false) merged.set(invariant.name, invariant);
    }
  }
  return [...merged.values()];
}
