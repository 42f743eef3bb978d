import type { ScenarioResult } from './scenario-result.ts';

const NAME_WIDTH = 46;

/** Two runs beside each other, as lines of text: rates, slowest hundredth, and ratios. */
export function compareResults(
  before: readonly ScenarioResult[],
  after: readonly ScenarioResult[],
): readonly string[] {
  const lines = [row('', 'A', 'B', 'B / A')];
  for (const its of after) {
    const earlier = before.find((other) => other.scenario === its.scenario);
    if (!earlier) {
      lines.push(`${its.scenario}: only in B`);
      continue;
    }
    lines.push(`${its.scenario} (A ${earlier.version}, B ${its.version})`, ...compareScenario(earlier, its));
  }
  const missing = before.filter((its) => !after.some((other) => other.scenario === its.scenario));
  return [...lines, ...missing.map((its) => `${its.scenario}: only in A`)];
}

function compareScenario(before: ScenarioResult, after: ScenarioResult): readonly string[] {
  const lines: string[] = [];
  for (const run of after.runs) {
    const earlier = before.runs.find((other) => other.name === run.name);
    if (!earlier) continue;
    lines.push(figures(`  ${run.name}, per second`, earlier.perSecond, run.perSecond, 0));
    lines.push(figures(`  ${run.name}, p99 ms`, earlier.latencyMs.p99, run.latencyMs.p99, 1));
  }
  for (const [name, ratio] of Object.entries(after.ratios)) {
    const earlier = before.ratios[name];
    if (earlier) lines.push(figures(`  ${name}`, earlier.median, ratio.median, 2));
  }
  return lines;
}

function figures(name: string, before: number, after: number, digits: number): string {
  const change = before === 0 ? '' : (after / before).toFixed(2);
  return row(name, before.toFixed(digits), after.toFixed(digits), change);
}

function row(name: string, before: string, after: string, change: string): string {
  return `${name.padEnd(NAME_WIDTH)} ${before.padStart(10)} ${after.padStart(10)} ${change.padStart(7)}`;
}
