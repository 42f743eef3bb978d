import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { limitOptions, timeLimits } from './time-limits.mjs';

const byNpm = process.env['npm_lifecycle_event']?.startsWith('test') === true;
const NEVER = '() => new Promise((resolve) => setTimeout(resolve, 600_000))';

describe('a test run', () => {
  let folder;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'firstcome-limits-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function run(text, limits) {
    const file = join(folder, 'hanging.test.mjs');
    await writeFile(file, `import { after, test } from 'node:test';\n${text}`);
    const { NODE_TEST_CONTEXT: _own, ...env } = process.env;
    const child = spawn(process.execPath, ['--test', ...limitOptions(limits), file], { env });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (part) => (output += part));
    const code = await new Promise((resolve) => child.once('close', resolve));
    return { code, output };
  }

  test('ends a test that hangs, and names it', async () => {
    const hanging = `test('hangs', ${NEVER}); test('ends', () => {});`;
    const { code, output } = await run(hanging, { testMs: 200, fileMs: 2_000 });
    assert.equal(code, 1);
    assert.match(output, /✖ hangs/);
    assert.match(output, /✔ ends/);
    assert.match(output, /test timed out after 200ms/);
  });

  test('ends a file that hangs in a hook, and names it', async () => {
    const { code, output } = await run(`after(${NEVER}); test('ends', () => {});`, {
      testMs: 60_000,
      fileMs: 1_000,
    });
    assert.equal(code, 1);
    assert.match(output, /hanging\.test\.mjs did not end within 1 s/);
  });

  test('gives more time only to a run that names a long suite', () => {
    assert.notDeepEqual(timeLimits(['test/long/a.test.ts']), timeLimits(['test/flows/a.test.ts']));
    assert.deepEqual(timeLimits(['src/longer.test.ts']), timeLimits(['test/flows/a.test.ts']));
  });

  test('by npm has these limits', { skip: !byNpm && 'this one was started without npm' }, () => {
    assert.ok(process.execArgv.some((word) => /^--import=.*watch-file/.test(word)));
  });
});
