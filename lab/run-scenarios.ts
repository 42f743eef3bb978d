import { runExperiment } from './engine/experiment.ts';
import { Lab } from './engine/lab.ts';
import type { LabOptions } from './engine/lab-options.ts';
import { describeMachine, describeVersion } from './engine/machine.ts';
import { answeredPerSecondOf, type MeasuredRun, perSecondOf } from './engine/measured-run.ts';
import type { ProgressLine } from './engine/progress-line.ts';
import { brief } from './report/numbers.ts';
import type { ScenarioResult, TargetResult } from './results/scenario-result.ts';
import { summariseProcessorRatios, summariseRatios, summariseRuns } from './results/summarise.ts';
import { judgeTargets } from './results/targets.ts';
import type { Scenario } from './scenarios/scenario.ts';

const REPEATS = 3;

export type RunDeps = {
  readonly options: LabOptions;
  readonly progress: ProgressLine;
  readonly signal: AbortSignal;
};

/**
 * Runs scenarios one after the other; an abort ends with what was measured so far.
 * @throws Error when the system does not start or its people cannot be made
 */
export async function runScenarios(
  scenarios: readonly Scenario[],
  { options, progress, signal }: RunDeps,
): Promise<readonly ScenarioResult[]> {
  const withDefaults = { ...options, repeats: options.repeats ?? (options.quick ? 1 : REPEATS) };
  const lab = new Lab({ options: withDefaults, progress, signal });
  const results: ScenarioResult[] = [];
  try {
    for (const scenario of scenarios) {
      if (signal.aborted) break;
      results.push(await runScenario(lab, scenario, progress));
    }
  } finally {
    progress.say('stopping');
    await lab.close();
  }
  return results;
}

async function runScenario(lab: Lab, scenario: Scenario, progress: ProgressLine): Promise<ScenarioResult> {
  const startedAt = new Date().toISOString();
  progress.keep(`${scenario.name}: ${scenario.title.en}`);
  const generatorPerSecond = await lab.generatorLimit();
  const { runs, ratios, targets } = await runExperiment(lab, await scenario.plan(lab), (run) =>
    progress.keep(describeRun(run, scenario)),
  );
  const machine = describeMachine();
  const { counts } = scenario;
  const results = summariseRuns(runs, { counts, cores: machine.cores, generatorPerSecond });
  const figures = { runs: results, ratios: summariseRatios(runs, ratios, counts) };
  // A quick run is over before the code is hot.
  const judged = lab.options.quick ? [] : judgeTargets(targets, figures);
  for (const target of judged) progress.keep(describeTarget(target));
  return {
    scenario: scenario.name,
    startedAt,
    machine,
    version: describeVersion(),
    config: { ...lab.options, generatorPerSecond },
    counts,
    ...figures,
    processorRatios: summariseProcessorRatios(runs, ratios, counts),
    ...(judged.length > 0 ? { targets: judged } : {}),
    ok: results.every((run) => run.invariants.every((invariant) => invariant.ok)),
    stopped: lab.signal.aborted,
  };
}

function describeTarget({ name, bound, limit, value, met }: TargetResult): string {
  return `  ${met ? 'met   ' : 'MISSED'} ${name}: ${brief(value)}, to be ${bound} ${limit}`;
}

function describeRun(run: MeasuredRun, { counts }: Scenario): string {
  const rate = counts === 'successes' ? perSecondOf(run) : answeredPerSecondOf(run);
  const { won, lost, refused, error } = run.result.outcomes;
  const broken = run.invariants.filter((invariant) => !invariant.ok);
  const parts = [
    `  ${run.variant.padEnd(32)} ${rate.toFixed(0).padStart(7)}/s`,
    `${won} won, ${lost} lost, ${refused} refused, ${error} errors`,
    ...(run.counted === undefined ? [] : [`${run.counted} in the database`]),
    ...broken.map((invariant) => `\n    BROKEN ${invariant.name}: ${invariant.detail}`),
  ];
  return parts.join('  ');
}
