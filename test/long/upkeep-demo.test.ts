/** A demonstration with all its sales, from its backup to the production that takes its database. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { createDirectories } from '../support/postgres-process.ts';
import { PRODUCTION, runCommand, startSystem } from '../support/system.ts';

const directories = await createDirectories();
after(directories.remove);

type Json = Record<string, unknown>;
const parse = (stdout: string): Json => JSON.parse(stdout) as Json;

async function assertRefused(
  run: Promise<{ code: number | null; stderr: string; stdout: string }>,
  message: RegExp,
): Promise<void> {
  const { code, stderr, stdout } = await run;
  assert.deepEqual([code, stdout], [1, ''], stderr);
  assert.match(stderr, /^firstcome: [^\n]*\n$/);
  assert.match(stderr, message);
}

test('a demonstration with all its sales is backed up, restored row by row, and removed for production', async () => {
  const dataDir = await directories.withDatabase();
  const system = await startSystem({ dataDir });
  await system.stop();
  const file = await directories.empty();
  const report = parse((await runCommand(dataDir, ['backup', file])).stdout);
  await assertRefused(
    runCommand(dataDir, ['serve'], { ...PRODUCTION, PORT: '0' }),
    /SECRET_KEY|demonstration/,
  );
  const copy = await directories.withDatabase();
  const restored = await runCommand(copy, ['restore', file]);
  assert.equal(restored.stderr, '');
  assert.equal(parse(restored.stdout)['rows'], report['rows']);
  assert.equal((await runCommand(copy, ['check'])).code, 0);
  const twice = await directories.empty();
  assert.equal((await runCommand(copy, ['backup', twice])).code, 0);
  assert.deepEqual(await rowsOf(twice), await rowsOf(file));

  const removed = await runCommand(copy, ['demo', 'remove'], PRODUCTION);
  assert.deepEqual([removed.stdout, removed.stderr], ['{"removed":true}\n', '']);
  assert.equal((await runCommand(copy, ['demo', 'remove'])).stdout, '{"removed":false}\n');
  assert.equal((await runCommand(copy, ['accounts', 'create-manager', 'a@b.example'], PRODUCTION)).code, 0);
  await assertRefused(
    runCommand(copy, ['serve'], { PORT: '0', SECRET_KEY: PRODUCTION.SECRET_KEY }),
    /database of a production system/,
  );
});

/** Every line but the first, sorted: a table's rows come in no order. */
async function rowsOf(file: string): Promise<readonly string[]> {
  const text = execFileSync('gzip', ['-dc'], { input: await readFile(file), maxBuffer: 2 ** 28 }).toString(
    'utf8',
  );
  return text.split('\n').slice(1).toSorted();
}
