/** What an operator does by commands: help, the first manager, backups, the way from a demonstration to production. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createDirectories, postmasterPid } from '../support/postgres-process.ts';
import { PRODUCTION, runCommand, startSystem } from '../support/system.ts';
import { readProjectFile } from '../tidy/project.ts';

const directories = await createDirectories();
after(directories.remove);

/** With the key of production: who lacks that is refused before. */
const DEMO = { MODE: 'demo', SECRET_KEY: PRODUCTION.SECRET_KEY };

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

test('help is given without a word, and wherever it is asked for, without a database or a configuration', async () => {
  const broken = { MODE: 'nonsense' };
  const help = await runCommand('/nowhere', [], broken);
  assert.deepEqual([help.code, help.stderr], [0, '']);
  for (const name of [
    'serve',
    'check',
    'backup FILE',
    'restore FILE',
    'accounts create-manager',
    'demo remove',
    'export status',
    'export restart TARGET',
  ])
    assert.match(help.stdout, new RegExp(`^  ${name}`, 'm'));
  assert.equal((await runCommand('/nowhere', ['--help'], broken)).stdout, help.stdout);
  const one = await runCommand('/nowhere', ['restore', '-h'], broken);
  assert.match(one.stdout, /^ {2}restore FILE \[--replace\]$/m);
  assert.doesNotMatch(one.stdout, /^ {2}backup/m);
});

test('production comes from nothing: its first manager, a backup beside it, and all of it elsewhere', async () => {
  const dataDir = await directories.withDatabase();
  const run = (...words: string[]) => runCommand(dataDir, words, PRODUCTION);
  const made = await run('accounts', 'create-manager', 'Boss@example.org', '--name', 'Boss');
  assert.deepEqual([made.code, made.stderr], [0, '']);
  const { password, email, isNew } = parse(made.stdout);
  assert.deepEqual([email, isNew], ['boss@example.org', true]);
  await assertRefused(
    runCommand(dataDir, ['serve'], { ...DEMO, PORT: '0' }),
    /database of a production system/,
  );

  const file = await directories.empty();
  const system = await startSystem({ dataDir, environment: PRODUCTION });
  try {
    const roles = await rolesOf(system.address, 'boss@example.org', String(password));
    assert.deepEqual(roles, ['member', 'manager']);
    const again = parse((await run('accounts', 'create-manager', 'boss@example.org')).stdout);
    assert.deepEqual([again['isNew'], again['password']], [false, undefined]);
    const backup = await run('backup', file);
    assert.deepEqual([backup.code, backup.stderr], [0, '']);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await stat(file)).size, parse(backup.stdout)['bytes']);
    await assertRefused(run('restore', file), /in use by process \d+: stop that one first/);
  } finally {
    assert.equal(await system.stop(), 0, system.output());
  }

  const elsewhere = await directories.withDatabase();
  const restored = await runCommand(elsewhere, ['restore', file], PRODUCTION);
  assert.deepEqual([restored.code, restored.stderr], [0, '']);
  assert.equal(postmasterPid(elsewhere), undefined);
  const second = await startSystem({ dataDir: elsewhere, environment: PRODUCTION });
  try {
    assert.deepEqual(await rolesOf(second.address, 'boss@example.org', String(password)), [
      'member',
      'manager',
    ]);
    const check = await runCommand(elsewhere, ['check'], PRODUCTION);
    assert.equal(check.code, 0, check.stdout);
  } finally {
    await second.stop();
  }
});

test('the service file of docs/production.md is one that systemd takes whole', async (t) => {
  const [, unit = ''] = /```\n(\[Unit\][^`]*)```/.exec(readProjectFile('docs/production.md')) ?? [];
  assert.match(unit, /^KillMode=mixed$/m);
  const folder = await mkdtemp(join(tmpdir(), 'firstcome-unit-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'firstcome.service');
  // npm lies elsewhere on some machines.
  await writeFile(file, unit.replace('/usr/bin/npm', process.execPath));
  const { error, stdout, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
  if (error) {
    t.skip('could not run: systemd-analyze is not on this machine');
    return;
  }
  // What it says of other units of the machine is not ours.
  const said = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('firstcome.service'));
  assert.deepEqual(said, []);
});

test('words that lack what a command is about are answered in one line', async () => {
  for (const words of [['backup'], ['restore'], ['accounts', 'create-manager']]) {
    const { code, stderr } = await runCommand('/nowhere', words);
    assert.equal(code, 2);
    assert.match(stderr, /^firstcome: .*: wants one (?:FILE|EMAIL), and options after it\.\n$/);
  }
});

async function rolesOf(address: string, email: string, password: string): Promise<unknown> {
  const answer = await fetch(`${address}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const { accessToken } = (await answer.json()) as { accessToken: string };
  const me = await fetch(`${address}/v1/accounts/me`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  return ((await me.json()) as { roles: unknown }).roles;
}
