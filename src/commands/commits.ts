import { timeCommits } from '../app/commit-timing.ts';
import { runTool } from './tool.ts';
import { parseWords, wholeNumber } from './words.ts';

const COUNT_MAX = 100_000;

/** `commits --count N`: how long a commit of one row takes, N times, as JSON `{durationsMs}`. */
export function commits(words: readonly string[]): Promise<number> {
  const { count } = parseWords('commits', words, { count: { type: 'string' } });
  const times = wholeNumber('commits: --count', count, { min: 1, max: COUNT_MAX });
  return runTool(async ({ config, logger, output, signal }) => {
    const durationsMs = await timeCommits(config, times, { logger, signal });
    await output.write(`${JSON.stringify({ durationsMs })}\n`);
    return 0;
  });
}
