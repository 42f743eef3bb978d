/** `npm test`: sets up what is missing and runs the tests, or those that are named: `npm test -- src/kernel`. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChild } from './run-child.mjs';
import { RUNTIME_OPTIONS } from './runtime-options.mjs';
import { buildPages } from './setup/pages.mjs';
import { setUp } from './setup/set-up.mjs';
import { reportFailure } from './setup/terminal.mjs';
import { defaultTestFiles, namedSuites, splitArguments } from './test-run/test-files.mjs';
import { timeLimits } from './test-run/time-limits.mjs';

const CONCURRENCY = 2;

await reportFailure(async () => {
  const { options, files } = await splitArguments(process.argv.slice(2));
  const node = await setUp();
  if (files.length === 0 || files.some(needsPages)) await buildPages(node);
  const folder = await mkdtemp(join(tmpdir(), 'firstcome-run-'));
  try {
    const reasonsFile = join(folder, 'skipped');
    const runner = [
      '--test',
      `--test-concurrency=${CONCURRENCY}`,
      '--test-global-setup=test/support/global-setup.ts',
      '--import=./test/support/declared-problems.ts',
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      '--test-reporter=./scripts/test-run/could-not-run.mjs',
      `--test-reporter-destination=${reasonsFile}`,
    ];
    const chosen = files.length > 0 ? files : await defaultTestFiles();
    const all = [...RUNTIME_OPTIONS, ...runner, ...timeLimits(chosen), ...options, ...chosen];
    // Every file is a process that loads the same code: what one compiles the others find, a third of the time of all.
    const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') };
    process.exitCode = await runChild(node, all, { env });
    await sayWhatDidNotRun(reasonsFile, files.length > 0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** Those that look at the pages as they are served; a selection of others need not wait for a build. */
function needsPages(file) {
  return file.startsWith('test/browser/');
}

async function sayWhatDidNotRun(reasonsFile, isSelection) {
  const text = await readFile(reasonsFile, 'utf8').catch(() => '');
  const reasons = new Set(text.split('\n').filter((line) => line !== ''));
  for (const reason of reasons) console.log(reason);
  if (isSelection) return;
  for (const [suite, command] of await namedSuites())
    console.log(`not part of this run: ${suite} (${command})`);
}
