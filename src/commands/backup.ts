import { resolve } from 'node:path';
import { backUp, restore as putBack } from '../app/database-commands.ts';
import { runTool } from './tool.ts';
import { parseOperand } from './words.ts';

/** `backup FILE`: every table in one snapshot, also beside the running system. */
export function backup(words: readonly string[]): Promise<number> {
  const { operand } = parseOperand('backup', words, {}, 'FILE');
  const file = resolve(operand);
  return runTool(async ({ config, logger, output, signal }) => {
    const report = await backUp(config, file, { logger, signal });
    await output.write(`${JSON.stringify({ file, ...report })}\n`);
    return 0;
  });
}

/** `restore FILE [--replace]`: a backup in place of what the database holds; no system may run on it. */
export function restore(words: readonly string[]): Promise<number> {
  const options = { replace: { type: 'boolean' } } as const;
  const { operand, values } = parseOperand('restore', words, options, 'FILE');
  const file = resolve(operand);
  return runTool(async ({ config, logger, output, signal }) => {
    const report = await putBack(config, { file, replaces: values.replace === true, logger, signal });
    await output.write(`${JSON.stringify({ file, ...report })}\n`);
    return 0;
  });
}
