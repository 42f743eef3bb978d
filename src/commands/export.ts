import { exportPlaces, restartExport } from '../app/database-commands.ts';
import { runTool } from './tool.ts';
import { parseOperand, parseWords } from './words.ts';

/** `export status`: where every export stands, as JSON. */
export function exportStatus(words: readonly string[]): Promise<number> {
  parseWords('export status', words, {});
  return runTool(async ({ config, logger, output, signal }) => {
    const exports = await exportPlaces(config, { logger, signal });
    await output.write(`${JSON.stringify({ exports })}\n`);
    return 0;
  });
}

/** `export restart TARGET`: the whole record leaves once more. */
export function exportRestart(words: readonly string[]): Promise<number> {
  const { operand } = parseOperand('export restart', words, {}, 'TARGET');
  return runTool(async ({ config, logger, output, signal }) => {
    await restartExport(config, operand, { logger, signal });
    await output.write(
      `The export to ${operand} begins at the first event again when the next one is saved.\n`,
    );
    return 0;
  });
}
