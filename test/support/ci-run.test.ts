import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { repositoryRoot } from '../tidy/project.ts';

type Scripts = Readonly<Record<string, string>>;
type CiRun = { readonly code: number | null; readonly output: string; readonly summary: string };

const skip = process.platform === 'linux' ? false : 'could not run: .ci/run needs Linux';

/** The closing lines of node's test runner. */
function closing(tests: number, failed = 0, skipped = 0): string {
  const passed = tests - failed - skipped;
  return `printf 'ℹ tests ${tests}\\nℹ pass ${passed}\\nℹ fail ${failed}\\nℹ skipped ${skipped}\\n'`;
}

const healthy: Scripts = { test: closing(3), services: 'true', 'check:types': 'true', 'check:lint': 'true' };

/** Runs the script in a project that has nothing but these npm scripts, and a suite in each of the folders. */
async function runCi(scripts: Scripts, folders: readonly string[] = [], ci?: string): Promise<CiRun> {
  const root = await mkdtemp(path.join(tmpdir(), 'ci-run-'));
  try {
    await cp(path.join(repositoryRoot, '.ci/run'), path.join(root, '.ci/run'));
    await writeFile(path.join(root, 'package.json'), JSON.stringify({ name: 'stub', scripts }));
    for (const folder of folders) {
      await mkdir(path.join(root, folder), { recursive: true });
      await writeFile(path.join(root, folder, 'x.test.ts'), '');
    }
    // No NODE_TEST_CONTEXT and no CI of our own: the script is run as from a shell.
    const environment = { PATH: process.env['PATH'], HOME: root, ...(ci === undefined ? {} : { CI: ci }) };
    return await collect(root, environment);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

function collect(root: string, env: NodeJS.ProcessEnv): Promise<CiRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(root, '.ci/run'), { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output, summary: output.split('──── summary\n')[1] ?? '' }));
  });
}

/** Empty for a process that has ended, be it waited for or not. */
function commandLine(pid: string): string {
  const file = `/proc/${pid}/cmdline`;
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

describe('.ci/run', { skip, concurrency: 2 }, () => {
  test('passes where all suites pass, and says which there are none of', async () => {
    const { code, summary } = await runCi(healthy);
    assert.match(summary, /^passed +npm test +3 tests: 3 passed, 0 failed, 0 skipped; \d+ s$/m);
    assert.match(summary, /^passed +npm run check:lint /m);
    assert.match(summary, /^none yet +npm run test:services +test\/services holds no suite$/m);
    assert.match(summary, /^none yet +npm run test:long +test\/long holds no suite$/m);
    assert.match(summary, /^result: passed\n$/m);
    assert.equal(code, 0);
  });

  test('fails where one fails, and runs the others all the same', async () => {
    const scripts = { ...healthy, test: `${closing(3, 1)}; exit 1`, 'test:long': closing(2) };
    const { code, summary } = await runCi(scripts, ['test/long']);
    assert.match(summary, /^failed +npm test +exit code 1; 3 tests: 2 passed, 1 failed/m);
    assert.match(summary, /^passed +npm run check:lint /m);
    assert.match(summary, /^passed +npm run test:long +2 tests/m);
    assert.match(summary, /^result: failed\n$/m);
    assert.equal(code, 1);
  });

  test('takes silence of the test runner, and a run without tests, for a failure', async () => {
    const silent = await runCi({ ...healthy, test: 'true' });
    assert.match(silent.summary, /^failed +npm test +the test runner did not report/m);
    const empty = await runCi({ ...healthy, test: closing(0) });
    assert.match(empty.summary, /^failed +npm test +0 tests/m);
    assert.deepEqual([silent.code, empty.code], [1, 1]);
  });

  test('fails on a suite that could not run, unless it is told that this is no CI', async () => {
    const said = `echo '﹣ redis (0.1ms) # could not run: no redis-server'; ${closing(2, 0, 1)}`;
    const scripts = { ...healthy, 'test:services': said };
    const strict = await runCi(scripts, ['test/services']);
    assert.match(strict.summary, /^could not run +npm run test:services .*could not run: no redis-server/m);
    const lenient = await runCi(scripts, ['test/services'], 'false');
    assert.match(lenient.summary, /^could not run +npm run test:services /m);
    assert.deepEqual([strict.code, lenient.code], [1, 0]);
  });

  test('ends what a suite leaves behind, and fails for it', async () => {
    // One keeps the environment; the other, like a database, has only its folder in common with the run.
    const kept = 'setsid sleep 600 >/dev/null 2>&1 </dev/null &';
    const cleared = 'cd "$TMPDIR" && env -i setsid sleep 601 >/dev/null 2>&1 </dev/null &';
    const { code, output, summary } = await runCi({ ...healthy, 'check:types': `${kept} ${cleared} true` });
    assert.match(summary, /^failed +npm run check:types +left processes behind/m);
    const left = [...output.matchAll(/^left behind: process (\d+): sleep 60[01]/gm)].map((match) => match[1]);
    assert.equal(left.length, 2, output);
    for (const pid of left) assert.equal(commandLine(pid ?? ''), '');
    assert.equal(code, 1);
  });
});
