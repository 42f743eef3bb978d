import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { createDatabase } from '../../src/adapters/postgres/database.ts';
import { type App, buildApp } from '../../src/app.ts';
import { readConfig } from '../../src/config/config.ts';
import { createLogger } from '../../src/platform/observability/logger.ts';
import { acquireTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { Shop } from '../support/reservations/shop.ts';
import { until } from '../support/until.ts';

const TOKEN = 'the-token-of-this-test';
const FOREIGN = '203.0.113.9';
const logger = createLogger({ level: 'silent', format: 'json' });

let testDatabase: TestDatabase;
const opened: App[] = [];

before(async () => {
  testDatabase = await acquireTestDatabase();
});

after(async () => {
  for (const app of opened) await app.stop();
  await testDatabase.release();
});

async function open(environment: Record<string, string> = {}): Promise<App> {
  const database = createDatabase({ connection: testDatabase.connection });
  const storage = { database, close: () => database.close() };
  const app = await buildApp(readConfig({ PORT: '0', ...environment }), { logger, storage });
  opened.push(app);
  return app;
}

const read = (app: App, request: { remoteAddress?: string; headers?: Record<string, string> } = {}) =>
  app.server.inject({ method: 'GET', url: '/metrics', ...request });

/** The value of one series; undefined where there is none. */
function valueOf(text: string, series: string): number | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

describe('who may read the metrics', () => {
  test('this machine, by either loopback address', async () => {
    const app = await open();
    for (const remoteAddress of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])
      assert.equal((await read(app, { remoteAddress })).statusCode, 200, remoteAddress);
  });

  test('nobody else, whatever they say of where they come from', async () => {
    const trusting = await open({ TRUST_PROXY: FOREIGN, METRICS_TOKEN: TOKEN });
    const forged: Record<string, string>[] = [
      {},
      { 'x-forwarded-for': '127.0.0.1' },
      { 'x-forwarded-for': '::1', forwarded: 'for=127.0.0.1' },
      { 'x-real-ip': '127.0.0.1' },
      { host: 'localhost' },
      { authorization: 'Bearer ' },
      { authorization: `Bearer ${TOKEN}x` },
      { authorization: `Basic ${TOKEN}` },
    ];
    for (const app of [await open(), trusting]) {
      for (const headers of forged) {
        const answer = await read(app, { remoteAddress: FOREIGN, headers });
        assert.equal(answer.statusCode, 403, JSON.stringify(headers));
        assert.equal(answer.json<{ code: string }>().code, 'metrics_forbidden');
      }
    }
  });

  test('not whom a proxy on this machine speaks for', async () => {
    const app = await open();
    for (const header of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'])
      assert.equal((await read(app, { headers: { [header]: FOREIGN } })).statusCode, 403, header);
  });

  test('nobody without the token where others than this machine are served', async () => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    for (const environment of [{ HOST: '0.0.0.0' }, { HOST: '::' }, { TRUST_PROXY: 'loopback' }]) {
      const closed = await open(environment);
      assert.equal((await read(closed)).statusCode, 403, JSON.stringify(environment));
      const withToken = await open({ ...environment, METRICS_TOKEN: TOKEN });
      assert.equal((await read(withToken)).statusCode, 403);
      assert.equal((await read(withToken, { headers })).statusCode, 200);
    }
  });

  test('anyone who has the token, where there is one', async () => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const withToken = await open({ METRICS_TOKEN: TOKEN });
    assert.equal((await read(withToken, { remoteAddress: FOREIGN, headers })).statusCode, 200);
    const without = await open();
    assert.equal((await read(without, { remoteAddress: FOREIGN, headers })).statusCode, 403);
  });
});

describe('the metrics', () => {
  let app: App;

  before(async () => {
    app = await open();
    await app.start();
  });

  test('are not for a proxy that says nothing of itself and speaks HTTP/1.0, as nginx does', async () => {
    const socket = connect(Number(new URL(app.address()).port), '127.0.0.1');
    socket.write('GET /metrics HTTP/1.0\r\nhost: 127.0.0.1\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.match(String(answer), /^HTTP\/1\.1 403/);
    socket.destroy();
  });

  test('are text that Prometheus reads: each family once, with help and type, each value a number', async () => {
    const answer = await read(app);
    assert.match(String(answer.headers['content-type']), /^text\/plain; version=0\.0\.4/);
    const families = answer.body.split('\n').filter((line) => line.startsWith('# TYPE '));
    assert.equal(new Set(families).size, families.length);
    for (const line of answer.body.split('\n').filter((text) => text !== '' && !text.startsWith('#')))
      assert.match(
        line,
        /^[a-z_][a-z0-9_]*(?:\{[a-z_]+="[^"]*"(?:,[a-z_]+="[^"]*")*\})? (?:\d[\d.e+-]*|\+Inf)$/i,
      );
  });

  test('count requests by the route as declared and class of status, and problems by code', async () => {
    const count = (text: string, labels: string) =>
      valueOf(text, `firstcome_http_request_duration_seconds_count{${labels}}`) ?? 0;
    const refused = 'method="GET",route="/v1/reservations/:id",status="4xx"';
    const unknown = 'method="any",route="unknown",status="4xx"';
    const problem = 'firstcome_http_problems_total{code="token_missing"}';
    const earlier = (await read(app)).body;
    for (const id of ['a', 'b', 'c'])
      await app.server.inject({ method: 'GET', url: `/v1/reservations/${id}` });
    await app.server.inject({ method: 'GET', url: '/v1/nothing/at/all' });
    const { body } = await read(app);
    assert.equal(count(body, refused) - count(earlier, refused), 3);
    assert.equal(count(body, unknown) - count(earlier, unknown), 1);
    assert.equal((valueOf(body, problem) ?? 0) - (valueOf(earlier, problem) ?? 0), 3);
    assert.doesNotMatch(body, /nothing\/at\/all/);
  });

  test('show requests under way, and forget those whose client left', async () => {
    const inFlight = async () => valueOf((await read(app)).body, 'firstcome_http_requests_in_flight');
    assert.equal(await inFlight(), 1, 'the one that reads them');
    const abort = new AbortController();
    const hanging = fetch(`${app.address()}/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new ReadableStream({ start: (body) => body.enqueue(Buffer.from('{')) }),
      duplex: 'half',
      signal: abort.signal,
    }).catch(() => undefined);
    await until(inFlight, (count) => count === 2);
    abort.abort();
    await hanging;
    await until(inFlight, (count) => count === 1);
    assert.equal(
      valueOf(
        (await read(app)).body,
        'firstcome_http_request_duration_seconds_count{method="POST",route="/v1/sessions",status="aborted"}',
      ),
      1,
    );
  });

  test('have every family of the process, the database, the log and the rooms', async () => {
    const { body } = await read(app);
    for (const family of [
      'process_resident_memory_bytes',
      'nodejs_memory_bytes',
      'process_cpu_seconds_total',
      'nodejs_eventloop_delay_seconds',
      'nodejs_eventloop_seconds_total',
      'nodejs_gc_duration_seconds',
      'firstcome_database_connections',
      'firstcome_database_waiting',
      'firstcome_event_log_position',
      'firstcome_event_streams_open',
      'firstcome_holds_undecided',
      'firstcome_rooms',
      'firstcome_room_waiting',
      'firstcome_rooms_active',
      'firstcome_room_admitted_total',
      'firstcome_batches_total',
    ])
      assert.match(body, new RegExp(`^# TYPE ${family} `, 'm'), family);
    assert.ok((valueOf(body, 'firstcome_database_connections{pool="all",state="max"}') ?? 0) > 0);
  });
});

describe('the metrics of a sale', () => {
  let shop: Shop;

  before(async () => {
    shop = await Shop.open();
  });
  after(() => shop.close());

  const metrics = async () => (await read(shop.testApp.app)).body;

  test('count how holds and payments end, and requests by their batches', async () => {
    const performanceId = await shop.performance();
    const [buyer, late] = [await shop.buyer(), await shop.buyer(0)];
    const id = await shop.held(buyer, performanceId, [1]);
    assert.equal((await shop.reserve(late, performanceId, [1])).status, 409);
    await shop.held(late, performanceId, [2]);
    assert.equal((await shop.pay(buyer, id)).status, 201);
    const text = await metrics();
    assert.equal(valueOf(text, 'firstcome_holds_total{outcome="held"}'), 2);
    assert.equal(valueOf(text, 'firstcome_holds_total{outcome="seat_taken"}'), 1);
    assert.equal(valueOf(text, 'firstcome_holds_undecided'), 0);
    assert.equal(valueOf(text, 'firstcome_payments_total{outcome="paid"}'), 1);
    assert.equal(valueOf(text, 'firstcome_batch_size_sum{batch="holds"}'), 3);
  });

  test('say where the log ends, and that its consumers come up to it', async () => {
    const [last] = await shop.testApp.database.query<{ position: number }>(
      'select max(position) as position from event',
    );
    const position = last!.position;
    const text = await until(
      metrics,
      (body) => valueOf(body, 'firstcome_consumer_position{consumer="ranking",kind="durable"}') === position,
    );
    assert.equal(valueOf(text, 'firstcome_event_log_position'), position);
    assert.equal(valueOf(text, 'firstcome_consumer_lag{consumer="ranking",kind="durable"}'), 0);
    assert.equal(valueOf(text, 'firstcome_consumer_failures{consumer="ranking",kind="durable"}'), 0);
  });

  test('count the people in a room', async () => {
    const performanceId = await shop.performance({ roomEnabled: true });
    const people = await shop.testApp.people(3);
    await shop.testApp.change(performanceId, { state: 'paused' });
    for (const person of people) await shop.testApp.join(person, performanceId);
    // Who does not ask for a while is silent: on a slow machine that may be so by now.
    const present = (text: string, series: string, labels = '') =>
      (valueOf(text, `firstcome_${series}_waiting${labels}`) ?? 0) +
      (valueOf(text, `firstcome_${series}_silent${labels}`) ?? 0);
    const text = await until(metrics, (body) => present(body, 'rooms') === 3);
    assert.equal(present(text, 'room', `{performance="${performanceId}"}`), 3);
    assert.equal(valueOf(text, 'firstcome_rooms'), 1);
    assert.equal(valueOf(text, 'firstcome_rooms_active'), 0);
  });

  test('give the memory and the processor time that the process has used', async () => {
    const [earlier, used] = [process.cpuUsage(), process.memoryUsage().rss];
    const text = await metrics();
    const later = process.cpuUsage();
    for (const mode of ['user', 'system'] as const) {
      const seconds = valueOf(text, `process_cpu_seconds_total{mode="${mode}"}`) ?? 0;
      const microseconds = Math.round(seconds * 1e6);
      assert.ok(microseconds >= earlier[mode] && microseconds <= later[mode], `${mode}: ${microseconds}`);
    }
    const bytes = valueOf(text, 'process_resident_memory_bytes') ?? 0;
    assert.ok(bytes > used / 2 && bytes < used * 2, `${bytes} beside ${used}`);
  });
});
