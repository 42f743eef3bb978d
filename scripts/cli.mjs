/** `npm run cli -- COMMAND ...`: sets up what is missing and runs a command, whose standard output is its own. */
import { MAIN, runChild } from './run-child.mjs';
import { RUNTIME_OPTIONS } from './runtime-options.mjs';
import { setUp } from './setup/set-up.mjs';
import { reportFailure } from './setup/terminal.mjs';

await reportFailure(async () => {
  const node = await setUp();
  const words = [...RUNTIME_OPTIONS, MAIN, ...process.argv.slice(2)];
  process.exitCode = await runChild(node, words, { watched: true });
});
