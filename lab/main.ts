/** `npm run lab`: measures the system and says how it is known. Exit codes: 1 a breach, 2 usage, 130 stopped. */
import { writeFile } from 'node:fs/promises';
import { type LabCommand, readCommandLine, UsageError } from './command-line.ts';
import { createProgressLine } from './engine/progress-line.ts';
import { renderReport } from './report/page.ts';
import { compareResults } from './results/compare.ts';
import { findFailures, findSlow } from './results/gate.ts';
import { readResults, writeResults } from './results/result-file.ts';
import type { ScenarioResult } from './results/scenario-result.ts';
import { type RunDeps, runScenarios } from './run-scenarios.ts';
import { findScenario, scenarios } from './scenarios/index.ts';

const BREACH = 1;
const USAGE = 2;
const STOPPED = 130;
const REPEATS_AGAIN = 3;

type Run = Extract<LabCommand, { do: 'run' }>;

async function main(): Promise<number> {
  const command = readCommandLine(process.argv.slice(2));
  if (command.do === 'list') return list();
  if (command.do === 'compare') return compare(command.files);
  return run(command);
}

function list(): number {
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  for (const { name, about } of scenarios) console.log(`${name.padEnd(width)}  ${about.en}`);
  console.log('\nnpm run lab -- NAME... [options]; all options stand in docs/lab.md.');
  return 0;
}

/** A slow disk or a busy neighbour for a second is no regression: what is too slow is run again, more often. */
async function lookAgain(
  results: readonly ScenarioResult[],
  baseline: readonly ScenarioResult[],
  deps: RunDeps,
): Promise<readonly ScenarioResult[]> {
  const slow = findSlow(results, baseline);
  const again = scenarios.filter(({ name }) => slow.includes(name));
  if (again.length === 0 || deps.signal.aborted) return results;
  deps.progress.keep(`slower than stored, once more: ${slow.join(', ')}`);
  const options = { ...deps.options, repeats: REPEATS_AGAIN };
  const second = await runScenarios(again, { ...deps, options });
  return results.map((result) => second.find((its) => its.scenario === result.scenario) ?? result);
}

async function compare([before, after]: readonly [string, string]): Promise<number> {
  for (const line of compareResults(await readResults(before), await readResults(after))) console.log(line);
  return 0;
}

async function run(command: Run): Promise<number> {
  const { quick } = command.options;
  const chosen = command.scenarios.includes('all')
    ? scenarios.filter(({ long }) => !quick || !long)
    : command.scenarios.map((name) => {
        const found = findScenario(name);
        if (!found) throw new UsageError(`there is no scenario ${name}; \`npm run lab\` lists them.`);
        return found;
      });
  const baseline = command.baseline === undefined ? undefined : await readResults(command.baseline);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());
  const progress = createProgressLine();
  const deps = { progress, signal: stopping.signal };
  const first = await runScenarios(chosen, { ...deps, options: command.options });
  const results = baseline ? await lookAgain(first, baseline, { ...deps, options: command.options }) : first;
  if (command.json !== undefined) await writeResults(command.json, results);
  if (command.html !== undefined) await writeFile(command.html, renderReport(results));
  // Without a stored run to be held to, only what makes the figures worthless is a failure.
  const failures = baseline ? findFailures(results, baseline) : [];
  for (const failure of failures) console.error(`lab: ${failure}`);
  if (failures.length > 0 || results.some((result) => !result.ok)) return BREACH;
  return stopping.signal.aborted ? STOPPED : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const usage = error instanceof UsageError;
  console.error(`lab: ${usage ? error.message : error instanceof Error ? error.stack : String(error)}`);
  process.exitCode = usage ? USAGE : BREACH;
}
