import type { LatencySummary } from '../load/latency-histogram.ts';
import type { ScenarioResult, TargetResult } from './scenario-result.ts';

type Figures = Pick<ScenarioResult, 'runs' | 'ratios'>;

/** A figure that a scenario is to reach. */
export type Target = {
  readonly name: string;
  readonly bound: 'at least' | 'at most';
  readonly limit: number;
  /** Undefined where it was not measured. */
  readonly value: (figures: Figures) => number | undefined;
};

/** The median of a ratio, such as `join / no-op POST`, is to be at least so much. */
export function ratioTarget(ratio: string, limit: number): Target {
  return { name: ratio, bound: 'at least', limit, value: ({ ratios }) => ratios[ratio]?.median };
}

/** A percentile of a run is to be so many ms at most. */
export function latencyTarget(run: string, percentile: keyof LatencySummary, limitMs: number): Target {
  const value = ({ runs }: Figures) => runs.find(({ name }) => name === run)?.latencyMs[percentile];
  return { name: `${run}: ${percentile}, ms`, bound: 'at most', limit: limitMs, value };
}

/** A percentile of one run is to be so many times that of another at most. */
export function latencyRatioTarget(
  { of, to }: { readonly of: string; readonly to: string },
  percentile: keyof LatencySummary,
  limit: number,
): Target {
  return {
    name: `${of} / ${to}: ${percentile}`,
    bound: 'at most',
    limit,
    value({ runs }) {
      const latencyOf = (run: string) => runs.find(({ name }) => name === run)?.latencyMs[percentile];
      const [one, other] = [latencyOf(of), latencyOf(to)];
      return one !== undefined && other ? one / other : undefined;
    },
  };
}

/** A percentile of a run is to be so many times the median of one of its steps at most. */
export function latencyToStepTarget(
  run: string,
  percentile: keyof LatencySummary,
  { step, limit }: { readonly step: string; readonly limit: number },
): Target {
  return {
    name: `${run}: ${percentile} / ${step}`,
    bound: 'at most',
    limit,
    value({ runs }) {
      const found = runs.find(({ name }) => name === run);
      const median = found?.steps[step]?.p50;
      return found && median !== undefined && median > 0 ? found.latencyMs[percentile] / median : undefined;
    },
  };
}

/** A percentile of a run and that of one of its steps are to differ by so much at most: the larger by the smaller. */
export function agreementTarget(
  run: string,
  percentile: keyof LatencySummary,
  { step, limit }: { readonly step: string; readonly limit: number },
): Target {
  return {
    name: `${run}: ${percentile} and that of ${step}, the larger / the smaller`,
    bound: 'at most',
    limit,
    value({ runs }) {
      const found = runs.find(({ name }) => name === run);
      const [one, other] = [found?.latencyMs[percentile], found?.steps[step]?.[percentile]];
      return one && other ? Math.max(one / other, other / one) : undefined;
    },
  };
}

/** What was measured of targets, and whether it is what it is to be. */
export function judgeTargets(targets: readonly Target[], figures: Figures): readonly TargetResult[] {
  return targets.flatMap(({ name, bound, limit, value }) => {
    const measured = value(figures);
    if (measured === undefined) return [];
    return [
      {
        name,
        bound,
        limit,
        value: measured,
        met: bound === 'at least' ? measured >= limit : measured <= limit,
      },
    ];
  });
}
