import { readFile, writeFile } from 'node:fs/promises';
import type { ResultFile, ScenarioResult } from './scenario-result.ts';

/** A run of one scenario is written as it is, one of several as a list. */
export async function writeResults(file: string, results: readonly ScenarioResult[]): Promise<void> {
  const content: ScenarioResult | ResultFile = results.length === 1 ? results[0]! : { scenarios: results };
  await writeFile(file, `${JSON.stringify(content)}\n`);
}

/** @throws Error that names the file, when it holds no results */
export async function readResults(file: string): Promise<readonly ScenarioResult[]> {
  try {
    const content = JSON.parse(await readFile(file, 'utf8')) as Partial<ResultFile> & Partial<ScenarioResult>;
    const scenarios = content.scenarios ?? [content as ScenarioResult];
    if (scenarios.every((its) => typeof its.scenario === 'string' && Array.isArray(its.runs)))
      return scenarios;
    throw new Error('it holds no results of the lab');
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
