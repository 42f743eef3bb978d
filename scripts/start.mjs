/** `npm start`: sets up what is missing and serves. */
import { MAIN, runChild } from './run-child.mjs';
import { serverOptions } from './runtime-options.mjs';
import { buildPages } from './setup/pages.mjs';
import { setUp } from './setup/set-up.mjs';
import { reportFailure } from './setup/terminal.mjs';

await reportFailure(async () => {
  const node = await setUp();
  await buildPages(node);
  process.exitCode = await runChild(node, [...serverOptions(), MAIN, 'serve', ...process.argv.slice(2)], {
    watched: true,
  });
});
