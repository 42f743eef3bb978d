/** PostgreSQL dies or stands still under the running system, which answers so and goes on with the next one. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDirectories, isRunning, postmasterPid, query, socketOf } from '../support/postgres-process.ts';
import { childrenOf } from '../support/processes.ts';
import { runCommand, type System, startSystem } from '../support/system.ts';
import { until } from '../support/until.ts';

const CHARGE = 1_000;

const directories = await createDirectories();
let dataDir: string;
let system: System;
let accessToken: string;

before(async () => {
  dataDir = await directories.withDatabase();
  // In demo mode members charge points, which is a write that everybody may make.
  system = await startSystem({ dataDir, environment: { DATABASE_DEADLINE_MS: '5000' } });
  const person = { email: 'member@test.example', password: 'a password of this test', name: 'Member' };
  assert.equal((await post('/v1/accounts', person)).status, 201);
  ({ accessToken } = (await (await post('/v1/sessions', person)).json()) as { accessToken: string });
});

after(async () => {
  await system.kill('group');
  await directories.remove();
});

function post(path: string, body: object): Promise<Response> {
  const { email, password } = body as Partial<Record<'email' | 'password', string>>;
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` };
  const sent = path === '/v1/sessions' ? { email, password } : body;
  return fetch(system.address + path, { method: 'POST', headers, body: JSON.stringify(sent) });
}

function charge(): Promise<Response> {
  return post('/v1/points/charges', { amount: { amount: CHARGE, currency: 'KRW' } });
}

/** What stands in the log at warn and above. */
function warningsOf(output: string): string[] {
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
}

/** The number of one of PostgreSQL's processes, which it names in its list. */
async function processOfPostgres(kind: string): Promise<number> {
  const [found] = await query<{ pid: number }>(
    socketOf(dataDir),
    `select pid from pg_stat_activity where backend_type = '${kind}' and pid <> pg_backend_pid() limit 1`,
  );
  return found?.pid ?? assert.fail(`PostgreSQL has no ${kind}`);
}

/** Charges one after the other until it works again. @returns how many were refused, each as it should be */
async function chargeUntilItWorks(): Promise<number> {
  for (let refused = 0; ; refused++) {
    const response = await charge();
    if (response.status === 201) return refused;
    const problem = (await response.json()) as { code: string; status: number };
    assert.equal(response.status, 503, JSON.stringify(problem));
    assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/);
    assert.match(response.headers.get('retry-after') ?? '', /^\d+$/);
    assert.equal(problem.code, 'dependency_unavailable');
    await sleep(10);
  }
}

test('a PostgreSQL that is killed: 503 with Retry-After until the next one runs, and nothing is lost', async () => {
  assert.equal(await chargeUntilItWorks(), 0);
  const killed = postmasterPid(dataDir) ?? 0;
  process.kill(killed, 'SIGKILL');
  await until(async () => (await charge()).status === 503);
  await chargeUntilItWorks();
  const next = postmasterPid(dataDir) ?? 0;
  assert.notEqual(next, killed);
  assert.ok(isRunning(next) && isRunning(system.pid));
  await until(async () => (await fetch(`${system.address}/health/ready`)).status === 200);
});

test('an outage is told of when it begins and when it is over, not by everyone that it fails', async () => {
  const told = () => warningsOf(system.output());
  await until(() => told().at(-1) === 'PostgreSQL is back');
  const rest = told().filter((line) => line !== 'PostgreSQL is still away');
  assert.deepEqual(rest, ['PostgreSQL is away', 'PostgreSQL is back'], system.output());
});

test('a process of PostgreSQL that is killed: PostgreSQL restarts itself, and is let', async () => {
  const postmaster = postmasterPid(dataDir) ?? 0;
  for (const name of ['checkpointer', 'client backend']) {
    const killed = await processOfPostgres(name);
    process.kill(killed, 'SIGKILL');
    await until(() => !isRunning(killed));
    await until(async () => (await chargeUntilItWorks()) === 0);
    await until(async () => (await fetch(`${system.address}/health/ready`)).status === 200);
    assert.equal(postmasterPid(dataDir), postmaster, `after the end of a ${name}`);
  }
});

test('a lease that is broken from outside is taken again: no second server may come', async () => {
  const postmaster = postmasterPid(dataDir) ?? 0;
  const leases = async () =>
    query<{ pid: number }>(
      socketOf(dataDir),
      `select pid from pg_stat_activity where application_name ~ '^firstcome lease server'`,
    );
  const [{ pid } = { pid: 0 }] = await leases();
  await query(socketOf(dataDir), `select pg_terminate_backend(${pid})`);
  await until(async () => {
    const [lease] = await leases();
    return lease !== undefined && lease.pid !== pid;
  });
  assert.equal(await chargeUntilItWorks(), 0);
  assert.equal(postmasterPid(dataDir), postmaster);
});

test('a PostgreSQL that stands still for longer than the deadline: everybody is answered before it goes on', async () => {
  const postmaster = postmasterPid(dataDir) ?? 0;
  const all = [postmaster, ...childrenOf(postmaster)];
  const headers = { authorization: `Bearer ${accessToken}` };
  const performanceId = randomUUID();
  for (const pid of all) process.kill(pid, 'SIGSTOP');
  try {
    const answers = await Promise.all([
      ...Array.from({ length: 20 }, charge),
      ...Array.from({ length: 40 }, () => fetch(`${system.address}/v1/points`, { headers })),
      post('/v1/reservations', { performanceId, seatIds: ['A-1-1'] }),
      post(`/v1/reservations/${randomUUID()}/payments`, { method: 'points' }),
      post(`/v1/performances/${performanceId}/room/entries`, {}),
    ]);
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([503]));
  } finally {
    for (const pid of all) process.kill(pid, 'SIGCONT');
  }
  await chargeUntilItWorks();
  await until(async () => (await fetch(`${system.address}/health/ready`)).status === 200);
});

test('a PostgreSQL that stands still for seconds: requests wait and are answered', async () => {
  const postmaster = postmasterPid(dataDir) ?? 0;
  const all = [postmaster, ...childrenOf(postmaster)];
  for (const pid of all) process.kill(pid, 'SIGSTOP');
  const answers = Array.from({ length: 20 }, charge);
  const live = fetch(`${system.address}/health/live`);
  assert.equal((await live).status, 200);
  await sleep(2_000);
  for (const pid of all) process.kill(pid, 'SIGCONT');
  for (const { status } of await Promise.all(answers))
    assert.ok(status === 201 || status === 503, `${status}`);
  await chargeUntilItWorks();
  assert.equal(postmasterPid(dataDir), postmaster);
});

test('what was answered is there, the invariants hold, and Ctrl-C still ends it in order', async () => {
  const check = await runCommand(dataDir, ['check']);
  assert.equal(check.code, 0, check.stdout);
  const postmaster = postmasterPid(dataDir) ?? 0;
  assert.equal(await system.stop(), 0, system.output());
  assert.equal(isRunning(postmaster), false);
  assert.equal(postmasterPid(dataDir), undefined);
});
