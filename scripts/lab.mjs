/** `npm run lab -- ...`: sets up what is missing and runs the lab. */
import { LAB, runChild } from './run-child.mjs';
import { RUNTIME_OPTIONS } from './runtime-options.mjs';
import { setUp } from './setup/set-up.mjs';
import { reportFailure } from './setup/terminal.mjs';

await reportFailure(async () => {
  const node = await setUp();
  process.exitCode = await runChild(node, [...RUNTIME_OPTIONS, LAB, ...process.argv.slice(2)]);
});
