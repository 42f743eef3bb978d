import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const TIMEOUT_MS = 60_000;

describe('npm start', { timeout: TIMEOUT_MS }, () => {
  let folder;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'firstcome-run-'));
  });

  after(() => rm(folder, { recursive: true }));

  /** What it says in a folder of this name, where the program is one line. */
  async function startIn(name) {
    const project = join(folder, name);
    await mkdir(join(project, 'scripts'), { recursive: true });
    await copyFile(join(PROJECT, 'package.json'), join(project, 'package.json'));
    await copyFile(join(PROJECT, 'scripts', 'run.cjs'), join(project, 'scripts', 'run.cjs'));
    await writeFile(
      join(project, 'scripts', 'start.mjs'),
      'console.log(JSON.stringify([import.meta.dirname, process.argv.slice(2)]));\n',
    );
    const words = ['start', '--silent', '--', 'a "word"', '$HOME'];
    const { status, stdout, stderr } = spawnSync('npm', words, { cwd: project, encoding: 'utf8' });
    return { project, status, stdout, stderr };
  }

  test('says in one line that Node takes no path with a backslash', async () => {
    const { project, status, stdout, stderr } = await startIn('back\\slash');
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(stderr, /^firstcome: Node cannot load programs from a folder with a backslash[^\n]*\n$/);
    assert.ok(stderr.includes(project));
  });

  test('works in a folder whose name means something to a shell, and passes words on as they are', async () => {
    const { project, status, stdout, stderr } = await startIn('a "quoted" $HOME `id` \'name\' & more');
    assert.deepEqual([status, stderr], [0, '']);
    assert.deepEqual(JSON.parse(stdout), [join(project, 'scripts'), ['a "word"', '$HOME']]);
  });
});
