import { timeCommits } from '../app/commit-timing.ts';
import { runTool } from './tool.ts';
import { parseWords, wholeNumber } from './words.ts';

const COUNT_MAX = 100_000;
const PER_SECOND_MAX = 1_000;

/**
 * `commits --count N [--per-second R]`: how long a commit of one row takes, N times, as JSON `{durationsMs}`; in a
 * row, or so many a second.
 */
export function commits(words: readonly string[]): Promise<number> {
  const given = parseWords('commits', words, { count: { type: 'string' }, 'per-second': { type: 'string' } });
  const count = wholeNumber('commits: --count', given.count, { min: 1, max: COUNT_MAX });
  const pace = given['per-second'];
  const perSecond =
    pace === undefined
      ? undefined
      : wholeNumber('commits: --per-second', pace, { min: 1, max: PER_SECOND_MAX });
  return runTool(async ({ config, logger, output, signal }) => {
    const durationsMs = await timeCommits(config, { count, perSecond }, { logger, signal });
    await output.write(`${JSON.stringify({ durationsMs })}\n`);
    return 0;
  });
}
