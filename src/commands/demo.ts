import { removeDemo } from '../app/database-commands.ts';
import { runTool } from './tool.ts';
import { parseWords } from './words.ts';

/** `demo remove [--all]`: empties the database of a demonstration. */
export function demoRemove(words: readonly string[]): Promise<number> {
  const { all = false } = parseWords('demo remove', words, { all: { type: 'boolean' } });
  return runTool(async ({ config, logger, output, signal }) => {
    const removed = await removeDemo(config, { withPeople: all, logger, signal });
    await output.write(`${JSON.stringify({ removed })}\n`);
    return 0;
  });
}
