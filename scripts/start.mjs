/** `npm start`: sets up what is missing and serves. */
import { MAIN, RUNTIME_OPTIONS, runChild } from './run-child.mjs';
import { reportFailure } from './setup/failure.mjs';
import { buildPages } from './setup/pages.mjs';
import { setUp } from './setup/set-up.mjs';

await reportFailure(async () => {
  const node = await setUp();
  await buildPages(node);
  process.exitCode = await runChild(node, [...RUNTIME_OPTIONS, MAIN, 'serve', ...process.argv.slice(2)], {
    watched: true,
  });
});
