/** The commands as processes of their own: without a running server, beside one, and on a database of one's own. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { ConnectionTarget } from '../../src/adapters/embedded-postgres/index.ts';
import { acquireTestDatabase, urlOf } from '../support/postgres.ts';
import { createDirectories, isRunning, postmasterPid, query } from '../support/postgres-process.ts';
import { runCommand, startSystem } from '../support/system.ts';
import { until } from '../support/until.ts';

type Line = { readonly accountId: string; readonly accessToken: string; readonly pass?: string };
type Report = {
  readonly invariants: readonly { name: string; ok: boolean; checked: number; detail: string }[];
};

const directories = await createDirectories();
after(directories.remove);

function peopleOf(stdout: string): Line[] {
  assert.ok(stdout.endsWith('\n'));
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

test('without a server the commands start PostgreSQL themselves, and stop it', async () => {
  const dataDir = await directories.withDatabase();
  const tokens = await runCommand(dataDir, ['tokens', '--count', '1500']);
  assert.deepEqual([tokens.code, tokens.stderr], [0, '']);
  assert.equal(new Set(peopleOf(tokens.stdout).map((person) => person.accountId)).size, 1_500);
  assert.equal(postmasterPid(dataDir), undefined);
  const check = await runCommand(dataDir, ['check']);
  assert.deepEqual([check.code, check.stderr], [0, '']);
  const { invariants } = JSON.parse(check.stdout) as Report;
  assert.ok(invariants.length > 20);
  for (const { name, ok, checked, detail } of invariants) {
    assert.equal(ok, true, `${name}: ${detail}`);
    assert.deepEqual([typeof checked, typeof detail], ['number', 'string']);
  }
  assert.equal(postmasterPid(dataDir), undefined);
});

test('beside a running server, its people are known there at once', async () => {
  const dataDir = await directories.withDatabase();
  const system = await startSystem({ dataDir });
  try {
    const unknown = randomUUID();
    const refused = await runCommand(dataDir, [
      'tokens',
      '--count',
      '1',
      '--passes',
      '--performance',
      unknown,
    ]);
    assert.deepEqual([refused.code, refused.stdout], [1, '']);
    assert.match(refused.stderr, new RegExp(`^firstcome: tokens: there is no performance ${unknown}; .*\n$`));

    const { stdout, stderr } = await runCommand(dataDir, ['tokens', '--count', '2']);
    const [person] = peopleOf(stdout);
    assert.deepEqual([Object.keys(person!), stderr], [['accountId', 'accessToken'], '']);
    const headers = { authorization: `Bearer ${person!.accessToken}` };
    const me = (await (await fetch(`${system.address}/v1/accounts/me`, { headers })).json()) as {
      id: string;
    };
    assert.equal(me.id, person!.accountId);
    assert.equal((await runCommand(dataDir, ['check'])).code, 0);
    assert.ok(isRunning(postmasterPid(dataDir) ?? 0), 'a command stopped the PostgreSQL of the server');
  } finally {
    assert.equal(await system.stop(), 0, system.output());
  }
});

test('on a database of one’s own: passes for a performance, and a breach with exit code 1', async () => {
  const { connection, release } = await acquireTestDatabase();
  const environment = { DATABASE_URL: urlOf(connection) };
  const run = (...words: string[]) => runCommand('/nowhere', words, environment);
  try {
    const performanceId = await insertPerformance(connection);
    const made = await run('tokens', '--count', '3', '--performance', performanceId, '--passes');
    assert.deepEqual([made.code, made.stderr], [0, '']);
    const keys = await query<{ jwk: object; kid: string }>(
      connection,
      'select kid, public_jwk as jwk from signing_key',
    );
    const keySet = createLocalJWKSet({ keys: keys.map(({ kid, jwk }) => ({ kty: 'EC', ...jwk, kid })) });
    for (const { accountId, pass } of peopleOf(made.stdout)) {
      const { payload } = await jwtVerify(pass ?? '', keySet);
      assert.deepEqual([payload.sub, payload['room'], payload['direct']], [accountId, performanceId, true]);
    }
    const inLine = await run('tokens', '--count', '2', '--performance', performanceId, '--line', '10');
    const places = await query<{ number: number; account_id: string }>(
      connection,
      'select number, account_id from room_entry order by number',
    );
    assert.equal(places.length, 10);
    const written = peopleOf(inLine.stdout).map(({ accountId }) => accountId);
    assert.deepEqual([places[0]?.account_id, places[5]?.account_id], written);
    const timed = await run('commits', '--count', '3');
    assert.equal((JSON.parse(timed.stdout) as { durationsMs: number[] }).durationsMs.length, 3);
    const paced = await run('commits', '--count', '2', '--per-second', '200');
    assert.equal((JSON.parse(paced.stdout) as { durationsMs: number[] }).durationsMs.length, 2);
    const tooFast = await run('commits', '--count', '2', '--per-second', '5000');
    assert.deepEqual([tooFast.code, tooFast.stdout], [2, '']);
    assert.match(tooFast.stderr, /--per-second/);
    assert.equal((await run('check')).code, 0);
    await query(connection, `insert into point_balance (account_id, balance) values (gen_random_uuid(), 5)`);
    const breached = await run('check');
    assert.deepEqual([breached.code, breached.stderr], [1, '']);
    const { invariants } = JSON.parse(breached.stdout) as Report;
    const broken = invariants.filter(({ ok }) => !ok).map(({ name }) => name);
    assert.ok(broken.includes('balances_match_entries'), broken.join());
  } finally {
    await release();
  }
});

test('someone who reads a few lines and leaves ends the command without a complaint', async () => {
  const dataDir = await directories.withDatabase();
  const { child, errors } = startTokens(dataDir);
  await once(createInterface({ input: child.stdout }), 'line');
  child.stdout.destroy();
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  assert.equal(errors(), '');
  assert.equal(postmasterPid(dataDir), undefined);
});

test('Ctrl-C ends the command in order, also while nobody reads what it writes', async () => {
  const dataDir = await directories.withDatabase();
  const { child, errors } = startTokens(dataDir);
  child.stdout.pause();
  await until(() => child.stdout.readableLength > 0);
  const pid = postmasterPid(dataDir) ?? 0;
  child.kill('SIGINT');
  assert.deepEqual(await once(child, 'exit'), [130, null]);
  assert.equal(errors(), '');
  await until(() => !isRunning(pid));
});

test('words that mean nothing are answered in one line, with the exit code of a wrong use', async () => {
  for (const [words, message] of [
    [['tokens', '--count', 'many'], /--count must be a whole number .* not many/],
    [['check', 'please'], /check: .*please/],
    [['serve', '--port'], /serve: .*--port/],
    [['constructor'], /there is no command constructor; there are: .*tokens/],
  ] as const) {
    const { code, stdout, stderr } = await runCommand('/nowhere', words);
    assert.deepEqual([code, stdout], [2, ''], words.join(' '));
    assert.match(stderr, /^firstcome: [^\n]*\n$/);
    assert.match(stderr, message);
  }
});

function startTokens(dataDir: string) {
  const child = spawn(process.execPath, ['src/main.ts', 'tokens', '--count', '1000000'], {
    env: { ...process.env, DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text += part));
  return { child, errors: () => text };
}

async function insertPerformance(target: ConnectionTarget): Promise<string> {
  const [row] = await query<{ id: string }>(
    target,
    `with marked as (insert into database_mode (mode) values ('demo')),
       a as (insert into account (id, email, name, roles, created_at)
         values (gen_random_uuid(), 'seller@test.example', 'Seller', '{member,seller}', now()) returning id),
       v as (insert into venue (id, owner_id, name, address, time_zone, created_at)
         select gen_random_uuid(), id, 'Hall', '1 Test Street', 'Asia/Seoul', now() from a returning id),
       s as (insert into stage (id, venue_id, name, plan, plan_hash, grades, capacity, created_at)
         select gen_random_uuid(), id, 'Main', '{}', 'x', '{"R":1}', 1, now() from v returning id),
       c as (insert into concert (id, owner_id, title, artist, created_at, updated_at)
         select gen_random_uuid(), id, 'Evening', 'Quartet', now(), now() from a returning id)
     insert into performance (id, concert_id, stage_id, starts_at, opens_at, closes_at, prices, limit_per_person,
       hold_ttl_ms, created_at, updated_at)
     select gen_random_uuid(), c.id, s.id, now() + '2 days', now(), now() + '1 day', '{"R":1000}', 4, 1000, now(), now()
     from s, c returning id`,
  );
  return row!.id;
}
