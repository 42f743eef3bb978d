import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { createDatabase, type Database } from '../../src/adapters/postgres/database.ts';
import { type App, buildApp } from '../../src/app.ts';
import { readConfig } from '../../src/config/config.ts';
import { UnavailableFault } from '../../src/kernel/faults.ts';
import { createLogger, type LogLevel } from '../../src/platform/observability/logger.ts';
import { type Operation, operationsOf, sampleOf, UNKNOWN_ID } from '../support/bad-input.ts';
import { OWN_DATA_DIR } from '../support/own-data-dir.ts';
import { acquireTestDatabase, type TestDatabase } from '../support/postgres.ts';

const SECRET = 'xyzzy-never-to-be-written';
const PASSWORD = `Password-${SECRET}-1`;
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SECRET_HEADERS = {
  authorization: `Bearer ${SECRET}.${SECRET}.${SECRET}`,
  'room-pass': SECRET,
  cookie: `refreshToken=${SECRET}; firstcome_refresh=${SECRET}`,
  'idempotency-key': SECRET,
  'x-forwarded-for': SECRET,
  'x-api-key': SECRET,
};

type Line = { readonly [field: string]: unknown };

let testDatabase: TestDatabase;
let failing: Error | undefined;
const opened: App[] = [];

before(async () => {
  testDatabase = await acquireTestDatabase();
});

after(() => testDatabase.release());

afterEach(async () => {
  failing = undefined;
  for (const app of opened.splice(0)) await app.stop();
});

/** The system with what it logs; its database fails with `failing` while there is one. */
async function open(level: LogLevel, environment: Record<string, string> = {}) {
  const lines: string[] = [];
  const logger = createLogger({ level, format: 'json', sink: { write: (line) => void lines.push(line) } });
  const real = createDatabase({ connection: testDatabase.connection });
  const query: Database['query'] = (statement, values) =>
    failing ? Promise.reject(failing) : real.query(statement, values);
  const transaction: Database['transaction'] = (work) =>
    failing ? Promise.reject(failing) : real.transaction(work);
  const storage = { database: { ...real, query, transaction }, close: () => real.close() };
  const own = { PORT: '0', LOG_INS_PER_MINUTE: '100000', DATA_DIR: OWN_DATA_DIR };
  const config = readConfig({ ...own, ...environment });
  const app = await buildApp(config, { logger, storage });
  opened.push(app);
  await app.start();
  const requests = () =>
    lines.map((line) => JSON.parse(line) as Line).filter((line) => line['msg'] === 'request');
  return { app, lines, requests };
}

const documentOf = async (app: App) =>
  operationsOf((await app.server.inject({ method: 'GET', url: '/openapi.json' })).json());

async function signUp(app: App): Promise<{ token: string; secrets: string[]; accountId: string }> {
  const credentials = { email: `member-${Date.now()}@example.com`, password: PASSWORD };
  const signedUp = await app.server.inject({
    method: 'POST',
    url: '/v1/accounts',
    payload: { ...credentials, name: 'Member' },
  });
  assert.equal(signedUp.statusCode, 201, signedUp.body);
  const session = await app.server.inject({ method: 'POST', url: '/v1/sessions', payload: credentials });
  assert.equal(session.statusCode, 201, session.body);
  const { accessToken, refreshToken } = session.json<{ accessToken: string; refreshToken: string }>();
  const accountId = signedUp.json<{ id: string }>().id;
  return { token: accessToken, secrets: [accessToken.split('.')[2] ?? '', refreshToken], accountId };
}

/** A call of an operation with secrets wherever a client could put one, and a body that is as good as can be. */
function withSecrets({ method, path, body }: Operation, token?: string) {
  const sample = body === undefined ? undefined : (sampleOf(body) as Record<string, unknown>);
  const filled = Object.fromEntries(
    Object.entries(sample ?? {}).map(([name, value]) => [
      name,
      typeof value === 'string' && !isId(value) ? SECRET : value,
    ]),
  );
  return {
    method,
    url: `${path.replaceAll(/\{[^}]+\}/g, UNKNOWN_ID)}?token=${SECRET}&cursor=${SECRET}`,
    headers: { ...SECRET_HEADERS, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    ...(sample === undefined ? {} : { payload: filled }),
  };
}

const isId = (text: string) => text === UNKNOWN_ID || text.startsWith('20');

describe('the log of requests', () => {
  test('has one line for each at debug: id, method, route as declared, status, time, account, trace', async () => {
    const { app, requests } = await open('debug');
    const { token, accountId } = await signUp(app);
    const earlier = requests().length;
    const headers = {
      authorization: `Bearer ${token}`,
      traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01`,
    };
    const url = `/v1/reservations/${UNKNOWN_ID}?secret=1`;
    const answer = await app.server.inject({ method: 'GET', url, headers });
    await app.server.inject({ method: 'GET', url: '/nothing/here' });
    await new Promise((resolve) => setImmediate(resolve));
    const [first, second, ...more] = requests().slice(earlier);
    assert.equal(more.length, 0);
    assert.ok(typeof first?.['durationMs'] === 'number');
    const { durationMs: _durationMs, time: _time, ...rest } = first;
    assert.deepEqual(rest, {
      level: 'debug',
      service: 'firstcome',
      msg: 'request',
      requestId: answer.headers['x-request-id'],
      method: 'GET',
      route: '/v1/reservations/:id',
      status: 404,
      accountId,
      traceId: TRACE_ID,
    });
    assert.equal(second?.['route'], 'unknown');
    assert.equal(second['status'], 404);
  });

  test('has no line for what goes well at info, and one for what is slow', async () => {
    const quick = await open('info', { LOG_SLOW_REQUEST_MS: '60000' });
    await quick.app.server.inject({ method: 'GET', url: '/health/live' });
    await quick.app.stop();
    assert.deepEqual(quick.requests(), []);
    const slow = await open('info', { LOG_SLOW_REQUEST_MS: '0' });
    await slow.app.server.inject({ method: 'GET', url: '/health/live' });
    await slow.app.stop();
    assert.deepEqual(
      slow.requests().map((line) => [line['level'], line['route']]),
      [['info', '/health/live']],
    );
  });

  test('has no line for each request of an outage, which is told of once', async () => {
    const { app, lines, requests } = await open('info');
    failing = new UnavailableFault('postgres', 'away');
    const { token } = await signUpBefore(app);
    const statuses = await statusesOfMany(app, token);
    assert.deepEqual([...statuses], [503]);
    assert.deepEqual(requests(), []);
    assert.equal(lines.filter((line) => line.includes('PostgreSQL is away')).length, 1);
    assert.ok(lines.length < 10, lines.join(''));
  });

  test('warns of what is broken, but does not repeat it for a whole crowd', async () => {
    const { app, lines, requests } = await open('info');
    failing = new Error('broken');
    const { token } = await signUpBefore(app);
    const statuses = await statusesOfMany(app, token);
    assert.deepEqual([...statuses], [500]);
    const written = requests().filter((line) => line['status'] === 500);
    assert.ok(written.length > 0 && written.length < 500, `${written.length} lines`);
    assert.ok(written.every((line) => line['level'] === 'warn'));
    assert.ok(lines.filter((line) => line.includes('request failed')).length < 250);
  });

  /** 500 requests of one account, no more at once than it may have under way. */
  async function statusesOfMany(app: App, token: string): Promise<ReadonlySet<number>> {
    const ask = { method: 'GET', url: '/v1/points', headers: { authorization: `Bearer ${token}` } } as const;
    const statuses = new Set<number>();
    for (let round = 0; round < 20; round += 1) {
      const answers = await Promise.all(Array.from({ length: 25 }, () => app.server.inject(ask)));
      for (const { statusCode } of answers) statuses.add(statusCode);
    }
    return statuses;
  }

  async function signUpBefore(app: App) {
    const away = failing;
    failing = undefined;
    const account = await signUp(app);
    failing = away;
    return account;
  }
});

describe('nothing secret is logged, at any level', () => {
  test('on any route, known or not, no matter who calls it', async () => {
    const { app, lines } = await open('trace');
    const { token, secrets } = await signUp(app);
    const operations = await documentOf(app);
    assert.ok(operations.length > 30, `only ${operations.length} operations were found`);
    for (const operation of operations.filter(({ path }) => !path.endsWith('/stream')))
      for (const given of [undefined, token]) await app.server.inject(withSecrets(operation, given));
    for (const url of [`/${SECRET}`, `/v1/concerts/${SECRET}`, `/v1/concerts/%ff${SECRET}`])
      await app.server.inject({ method: 'GET', url, headers: SECRET_HEADERS });
    await app.server.inject({
      method: 'POST',
      url: '/v1/enrolments',
      headers: { authorization: `Bearer ${token}` },
      payload: { role: 'seller', code: SECRET },
    });
    await app.stop();
    const written = lines.join('');
    assert.ok(lines.length > operations.length);
    for (const secret of [SECRET, PASSWORD, ...secrets])
      assert.ok(!written.includes(secret), around(written, secret));
  });

  test('where the database fails and its error repeats what it was sent', async () => {
    const { app, lines } = await open('trace');
    const { token } = await signUp(app);
    const operations = await documentOf(app);
    failing = Object.assign(new Error('it broke'), { detail: `Key (x)=(${SECRET})`, parameters: [SECRET] });
    for (const operation of operations.filter(({ path }) => !path.endsWith('/stream')))
      await app.server.inject(withSecrets(operation, token));
    failing = undefined;
    await app.stop();
    const written = lines.join('');
    assert.ok(written.includes('it broke'));
    assert.ok(!written.includes(SECRET), around(written, SECRET));
  });
});

function around(text: string, found: string): string {
  const at = text.indexOf(found);
  return at < 0 ? '' : text.slice(Math.max(0, at - 300), at + 100);
}
