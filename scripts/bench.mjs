/** `npm run bench -- NAME [--save]`: sets up what is missing and runs the benchmark test/bench/NAME.ts. */
import { readdir } from 'node:fs/promises';
import { runChild } from './run-child.mjs';
import { RUNTIME_OPTIONS } from './runtime-options.mjs';
import { buildPages } from './setup/pages.mjs';
import { ROOT } from './setup/paths.mjs';
import { setUp } from './setup/set-up.mjs';
import { reportFailure, SetupFailure } from './setup/terminal.mjs';

await reportFailure(async () => {
  const [name, ...options] = process.argv.slice(2);
  const files = await readdir(`${ROOT}/test/bench`);
  const names = files.map((file) => file.replace(/\.ts$/, ''));
  if (!names.includes(name)) throw new SetupFailure(`name a benchmark: ${names.join(', ')}.`);
  const node = await setUp();
  await buildPages(node);
  process.exitCode = await runChild(node, [...RUNTIME_OPTIONS, `${ROOT}/test/bench/${name}.ts`, ...options]);
});
