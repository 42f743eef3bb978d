import { checkDatabase } from '../app/check.ts';
import { runTool } from './tool.ts';
import { parseWords } from './words.ts';

const BREACH = 1;

/** `check`: every invariant on one snapshot of the database, as JSON; exit code 1 on a breach. */
export function check(words: readonly string[]): Promise<number> {
  parseWords('check', words, {});
  return runTool(async ({ config, logger, output, signal }) => {
    const report = await checkDatabase(config, { logger, signal });
    await output.write(`${JSON.stringify(report)}\n`);
    return report.invariants.every((invariant) => invariant.ok) ? 0 : BREACH;
  });
}
