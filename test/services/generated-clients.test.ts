/** Clients that others generate from our OpenAPI document, by the tools that most of them use, get to a hold. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type AccessApp, startAccessApp } from '../support/access/app.ts';
import { openSale } from '../support/access/sale.ts';

const SOURCES = fileURLToPath(new URL('generated-clients/', import.meta.url));
const execute = promisify(execFile);
const TYPE_CHECK = [
  '--noEmit',
  '--checkJs',
  '--strict',
  '--module',
  'nodenext',
  '--target',
  'es2022',
  '--allowImportingTsExtensions',
];

let system: AccessApp;
let folder: string;

before(async () => {
  system = await startAccessApp();
  await openSale(system);
  folder = await mkdtemp(join(tmpdir(), 'firstcome-clients-'));
  await cp(SOURCES, folder, { recursive: true });
  const document = await system.app.server.inject('/openapi.json');
  await writeFile(join(folder, 'openapi.json'), document.body);
});

after(async () => {
  await system.close();
  await rm(folder, { recursive: true, force: true });
});

async function run(program: string, ...words: readonly string[]): Promise<string> {
  const { stdout } = await execute(program, words, { cwd: folder, timeout: 240_000, maxBuffer: 2 ** 24 });
  return stdout;
}

/** Fetches what a client needs; a machine that cannot get it is told apart from a client that does not work. */
async function fetched(test: TestContext, what: string, fetch: () => Promise<unknown>): Promise<boolean> {
  try {
    await fetch();
    return true;
  } catch (error) {
    const { message } = error as Error;
    test.skip(`could not run: ${what}: ${message.trim().split('\n').at(-1)}`);
    return false;
  }
}

const HELD = { refusal: 'email_taken', status: 'held', seats: 2, amount: { amount: 2_000, currency: 'KRW' } };

describe('a generated client', { timeout: 480_000 }, () => {
  it('of TypeScript fits its own types, and gets from sign-up to a hold', async (test) => {
    if (!(await fetched(test, 'npm ci', () => run('npm', 'ci', '--ignore-scripts', '--no-audit')))) return;
    const node = (file: string, ...words: string[]) =>
      run(process.execPath, join('node_modules', file), ...words);
    await node('openapi-typescript/bin/cli.js', 'openapi.json', '--output', 'schema.ts');
    await node('typescript/bin/tsc', ...TYPE_CHECK, 'hold.mjs');
    const program = `import { hold } from './hold.mjs'; console.log(JSON.stringify(await hold(process.argv[1])))`;
    const words = ['--input-type=module', '--eval', program, system.app.address()];
    assert.deepEqual(JSON.parse(await run(process.execPath, ...words)), HELD);
  });

  it('of Python gets from sign-up to a hold', async (test) => {
    const python = join(folder, 'venv', 'bin', 'python');
    const install = async () => {
      await run('python3', '-m', 'venv', 'venv');
      await run(python, '-m', 'pip', 'install', '--quiet', '--requirement', 'requirements.txt');
    };
    if (!(await fetched(test, 'python3 with venv and PyPI', install))) return;
    const generator = join(folder, 'venv', 'bin', 'openapi-python-client');
    await run(
      generator,
      'generate',
      '--path',
      'openapi.json',
      '--meta',
      'none',
      '--output-path',
      'generated',
    );
    assert.deepEqual(JSON.parse(await run(python, 'hold.py', system.app.address())), HELD);
  });
});
