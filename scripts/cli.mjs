/** `npm run cli -- COMMAND ...`: sets up what is missing and runs a command, whose standard output is its own. */
import { MAIN, RUNTIME_OPTIONS, runChild } from './run-child.mjs';
import { reportFailure } from './setup/failure.mjs';
import { setUp } from './setup/set-up.mjs';

await reportFailure(async () => {
  const node = await setUp();
  process.exitCode = await runChild(node, [...RUNTIME_OPTIONS, MAIN, ...process.argv.slice(2)]);
});
