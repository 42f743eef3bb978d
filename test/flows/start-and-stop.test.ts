/** However the system or its launcher ends, nothing is left running and the next start goes on. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDirectories, isRunning, postmasterPid } from '../support/postgres-process.ts';
import { childrenOf, parentOf } from '../support/processes.ts';
import { PRODUCTION, startSystem } from '../support/system.ts';
import { until } from '../support/until.ts';

const directories = await createDirectories();
const spawned: ChildProcess[] = [];
after(async () => {
  // What a failed test left.
  for (const { pid, exitCode, signalCode } of spawned)
    if (exitCode === null && signalCode === null) process.kill(-(pid ?? 0), 'SIGKILL');
  await directories.remove();
});

function spawnServer(dataDir: string, words: readonly string[] = ['src/main.ts', 'serve']): ChildProcess {
  const child = spawn(process.execPath, words, {
    env: { ...process.env, ...PRODUCTION, PORT: '0', LOG_LEVEL: 'warn', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  spawned.push(child);
  return child;
}

async function untilItListens(child: ChildProcess): Promise<void> {
  for await (const line of createInterface({ input: child.stdout! })) {
    if (line.startsWith('firstcome is running at')) return;
  }
  throw new Error('it ended before it listened');
}

test('a signal ends it in order, and PostgreSQL with it, also when it comes twice', async () => {
  const dataDir = await directories.withDatabase();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const child = spawnServer(dataDir);
    await untilItListens(child);
    const postmaster = postmasterPid(dataDir) ?? 0;
    assert.ok(isRunning(postmaster));
    child.kill(signal);
    child.kill(signal);
    assert.deepEqual(await once(child, 'exit'), [0, null], signal);
    assert.equal(isRunning(postmaster), false, signal);
    assert.equal(postmasterPid(dataDir), undefined);
  }
});

test('with LOG_FORMAT=json standard output has nothing but JSON, from the start to the end', async () => {
  const child = spawn(process.execPath, ['src/main.ts', 'serve'], {
    env: {
      ...process.env,
      ...PRODUCTION,
      PORT: '0',
      LOG_FORMAT: 'json',
      DATA_DIR: await directories.empty(),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  spawned.push(child);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  for await (const line of createInterface({ input: child.stderr }))
    if (line.startsWith('firstcome is running at')) child.kill('SIGINT');
  const lines = text.split('\n').filter((line) => line !== '');
  const messages = lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
  assert.ok(messages.includes('listening'), text);
});

test('a client that stops in the middle of its request does not keep the system from ending', async () => {
  const system = await startSystem({ dataDir: await directories.withDatabase(), environment: PRODUCTION });
  const client = connect(Number(new URL(system.address).port), '127.0.0.1');
  client.on('error', () => undefined);
  await new Promise((resolve) => client.write('POST /v1/accounts HTTP/1.1\r\nhost: x\r\n', resolve));
  assert.equal(await system.stop(), 0, system.output());
  client.destroy();
});

test('a signal in the middle of the first start ends that in order', async () => {
  const dataDir = await directories.empty();
  const child = spawnServer(dataDir);
  await until(async () => (await readdir(dataDir).catch(() => [])).length > 0);
  child.kill('SIGINT');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  assert.equal(postmasterPid(dataDir), undefined);
});

test('kill -9 of the server: the next start takes over or stops its PostgreSQL; there are never two', async () => {
  const dataDir = await directories.withDatabase();
  const killed = await startSystem({ dataDir, environment: PRODUCTION });
  const before = postmasterPid(dataDir) ?? 0;
  await killed.kill('server');
  const next = await startSystem({ dataDir, environment: PRODUCTION });
  const now = postmasterPid(dataDir) ?? 0;
  assert.ok(isRunning(now));
  assert.ok(now === before || !isRunning(before));
  assert.equal(await next.stop(), 0, next.output());
  assert.equal(isRunning(now), false);
});

test('a PostgreSQL that nobody watches any more is stopped, and the next one started', async () => {
  const dataDir = await directories.withDatabase();
  const killed = await startSystem({ dataDir, environment: PRODUCTION });
  const orphan = postmasterPid(dataDir) ?? 0;
  const watchdog = parentOf(orphan) ?? 0;
  for (const pid of [watchdog, ...childrenOf(watchdog)]) if (pid !== orphan) process.kill(pid, 'SIGKILL');
  await killed.kill('server');
  assert.ok(isRunning(orphan));
  const next = await startSystem({ dataDir, environment: PRODUCTION });
  assert.equal(isRunning(orphan), false);
  assert.notEqual(postmasterPid(dataDir), orphan);
  assert.equal(await next.stop(), 0, next.output());
});

test('kill -9 at several moments of the very first start, and the next start works', async () => {
  const dataDir = await directories.empty();
  for (const delayMs of [250, 500, 750, 1_000, 1_500]) {
    const child = spawnServer(dataDir);
    const ended = once(child, 'exit');
    await sleep(delayMs);
    child.kill('SIGKILL');
    await ended;
  }
  const system = await startSystem({ dataDir, environment: PRODUCTION });
  assert.equal((await fetch(`${system.address}/health/ready`)).status, 200);
  assert.equal(await system.stop(), 0, system.output());
  const left = await readdir(dataDir);
  assert.deepEqual(left.toSorted(), ['postgres', 'postgres.log']);
});

/** As scripts/start.mjs does once everything is set up. */
const LAUNCHER = `
const { MAIN, runChild } = await import(process.argv[1]);
const { serverOptions } = await import(process.argv[2]);
process.exitCode = await runChild(process.execPath, [...serverOptions(), MAIN, 'serve'], { watched: true });
`;
const SCRIPTS = ['run-child', 'runtime-options'].map(
  (name) => new URL(`../../scripts/${name}.mjs`, import.meta.url).href,
);
const LAUNCH = ['--input-type=module', '--eval', LAUNCHER, ...SCRIPTS];

test('kill -9 of the launcher ends the server in order, and PostgreSQL with it', async () => {
  const dataDir = await directories.withDatabase();
  const launcher = spawnServer(dataDir, LAUNCH);
  await untilItListens(launcher);
  const [server] = childrenOf(launcher.pid ?? 0);
  const postmaster = postmasterPid(dataDir) ?? 0;
  assert.ok(server !== undefined && isRunning(server) && isRunning(postmaster));
  launcher.kill('SIGKILL');
  await until(() => !isRunning(server) && !isRunning(postmaster));
  assert.equal(postmasterPid(dataDir), undefined);
});

test('Ctrl-C of the whole group, the launcher included, ends with exit code 0', async () => {
  const dataDir = await directories.withDatabase();
  const launcher = spawnServer(dataDir, LAUNCH);
  await untilItListens(launcher);
  const postmaster = postmasterPid(dataDir) ?? 0;
  process.kill(-(launcher.pid ?? 0), 'SIGINT');
  assert.deepEqual(await once(launcher, 'exit'), [0, null]);
  assert.equal(isRunning(postmaster), false);
});
