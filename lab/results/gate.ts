import type { ScenarioResult } from './scenario-result.ts';

/** A machine that is busy with other things moves ratios, but hardly to a third. */
const RATIO_SHARE_MIN = 1 / 3;

/**
 * What is wrong with a run for a check that must not fail by chance: a broken invariant, an attempt that
 * failed, a ratio below a third of the stored one. Absolute rates are the machine's and are not compared.
 *
 * @returns a line for each, none when the run may pass
 */
export function findFailures(
  results: readonly ScenarioResult[],
  baseline: readonly ScenarioResult[],
): readonly string[] {
  return results.flatMap((result) => {
    const stored = baseline.find((its) => its.scenario === result.scenario);
    return [...invariantFailures(result), ...errorFailures(result), ...ratioFailures(result, stored)];
  });
}

/** Scenarios whose ratios are too small and that have no other fault: worth a second look, with more rounds. */
export function findSlow(
  results: readonly ScenarioResult[],
  baseline: readonly ScenarioResult[],
): readonly string[] {
  return results
    .filter((result) => {
      const stored = baseline.find((its) => its.scenario === result.scenario);
      const faults = [...invariantFailures(result), ...errorFailures(result)];
      return faults.length === 0 && ratioFailures(result, stored).length > 0;
    })
    .map((result) => result.scenario);
}

function invariantFailures({ scenario, runs }: ScenarioResult): string[] {
  return runs.flatMap((run) =>
    run.invariants
      .filter((invariant) => !invariant.ok)
      .map(({ name, detail }) => `${scenario}, ${run.name}: ${name} is broken: ${detail}`),
  );
}

function errorFailures({ scenario, runs }: ScenarioResult): string[] {
  return runs
    .filter((run) => run.outcomes.error > 0)
    .map((run) => `${scenario}, ${run.name}: ${run.outcomes.error} errors: ${JSON.stringify(run.errors)}`);
}

function ratioFailures(result: ScenarioResult, stored: ScenarioResult | undefined): string[] {
  return Object.entries(stored?.ratios ?? {}).flatMap(([name, { median }]) => {
    const its = result.ratios[name]?.median;
    if (its === undefined || its >= median * RATIO_SHARE_MIN) return [];
    return [`${result.scenario}: ${name} is ${its.toFixed(2)}, and was ${median.toFixed(2)} when stored`];
  });
}
