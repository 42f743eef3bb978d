import type { Target } from '../results/targets.ts';
import type { Plan, RatioPlan } from '../scenarios/scenario.ts';
import type { Lab } from './lab.ts';
import type { MeasuredRun } from './measured-run.ts';

export type ExperimentResult = {
  readonly runs: readonly MeasuredRun[];
  readonly ratios: readonly RatioPlan[];
  readonly targets: readonly Target[];
};

/**
 * Runs the variants of a plan in turn, round after round, so that what changes on the machine meanwhile
 * meets all of them; then what the plan says comes next. An abort ends it with what was measured so far.
 */
export async function runExperiment(
  lab: Lab,
  plan: Plan,
  onRun: (run: MeasuredRun) => void,
): Promise<ExperimentResult> {
  const runs: MeasuredRun[] = [];
  const ratios: RatioPlan[] = [];
  const targets: Target[] = [];
  for (let current: Plan | undefined = plan; current; current = await current.next?.(runs)) {
    ratios.push(...(current.ratios ?? []));
    targets.push(...(current.targets ?? []));
    const repeats = current.repeats ?? lab.options.repeats ?? 1;
    for (let round = 0; round < repeats; round++) {
      for (const variant of current.variants) {
        if (lab.signal.aborted) return { runs, ratios, targets };
        const run = await measureUnlessAborted(lab, () => lab.measure(variant, round));
        if (!run) return { runs, ratios, targets };
        runs.push(run);
        onRun(run);
      }
    }
  }
  return { runs, ratios, targets };
}

/** What an abort breaks off in its preparations was not measured; any other failure is one. */
async function measureUnlessAborted(
  lab: Lab,
  measure: () => Promise<MeasuredRun>,
): Promise<MeasuredRun | undefined> {
  try {
    const run = await measure();
    return lab.signal.aborted && run.result.offered === 0 ? undefined : run;
  } catch (error) {
    if (lab.signal.aborted) return undefined;
    throw error;
  }
}
