import { withTokenIssuing } from '../app/token-issuing.ts';
import { Fault } from '../kernel/faults.ts';
import { isUuid } from '../kernel/ids.ts';
import { type IssueTokensOptions, issueTokens } from './issue-tokens.ts';
import { runTool } from './tool.ts';
import { parseWords, wholeNumber } from './words.ts';

const COUNT_MAX = 10_000_000;

/** `tokens --count N [--performance ID] [--passes] [--line N]`: people for load scripts, one JSON line each. */
export function tokens(words: readonly string[]): Promise<number> {
  const options = readTokenOptions(words);
  return runTool(async ({ config, logger, output, signal }) => {
    const fillsLine = options.line !== undefined;
    await withTokenIssuing(config, { logger, signal, fillsLine }, (issuing) =>
      issueTokens(issuing, options, output.write),
    );
    return 0;
  });
}

/** @throws Fault `usage` in one line */
export function readTokenOptions(words: readonly string[]): IssueTokensOptions {
  const { count, performance, passes, line } = parseWords('tokens', words, {
    count: { type: 'string' },
    performance: { type: 'string' },
    passes: { type: 'boolean' },
    line: { type: 'string' },
  });
  const people = wholeNumber('tokens: --count', count, { min: 1, max: COUNT_MAX });
  if (performance !== undefined && !isUuid(performance)) {
    throw new Fault('usage', `tokens: --performance must be the id of a performance, not ${performance}.`);
  }
  if (!passes && line === undefined) return { count: people };
  if (performance === undefined) {
    throw new Fault(
      'usage',
      `tokens: ${passes ? '--passes' : '--line'} needs --performance, the performance that they are for.`,
    );
  }
  const bounds = { min: people, max: COUNT_MAX };
  return {
    count: people,
    ...(passes ? { passesFor: performance } : {}),
    ...(line === undefined
      ? {}
      : { line: { performanceId: performance, length: wholeNumber('tokens: --line', line, bounds) } }),
  };
}
