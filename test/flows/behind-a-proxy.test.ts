/** The system behind the nginx of docs/deploy.md, and behind one that is told nothing. */
import assert from 'node:assert/strict';
import { request, type Server } from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createDatabase } from '../../src/adapters/postgres/database.ts';
import { type App, buildApp } from '../../src/app.ts';
import { readConfig } from '../../src/config/config.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { anyone } from '../../src/platform/auth/access.ts';
import { openEventStream } from '../../src/platform/live/sse/event-stream.ts';
import { createLogger } from '../../src/platform/observability/logger.ts';
import { addressOf, bodyBytesMax, CLIENT_HEADER, directivesOf, startNginx } from '../support/nginx.ts';
import { OWN_DATA_DIR } from '../support/own-data-dir.ts';
import { acquireTestDatabase, type TestDatabase } from '../support/postgres.ts';

const DIRECTIVES = directivesOf(new URL('../../docs/deploy.md', import.meta.url));
const HOST = 'tickets.example.org';
const ORIGIN = `https://${HOST}`;
const PERSON = { email: 'member@test.example', password: 'a password of this test' };
/** The largest body that any route takes: the seat plan of a venue. */
const PLAN_BYTES = 2 * 2 ** 20;
/** More than a log-in may have. */
const LARGE_BYTES = 100_000;

let testDatabase: TestDatabase;
const lines: string[] = [];

before(async () => {
  testDatabase = await acquireTestDatabase();
});
after(() => testDatabase.release());
beforeEach(() => void lines.splice(0));

type Sent = {
  readonly path: string;
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly client?: string;
};
type Answer = { readonly status: number; readonly cookies: readonly string[]; readonly text: string };

/** fetch does not let a request name its own Host. */
function send(proxy: Server, { path, method = 'POST', body, headers = {}, client = '203.0.113.7' }: Sent) {
  return new Promise<Answer>((resolve, reject) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const own = { host: HOST, [CLIENT_HEADER]: client, 'content-length': Buffer.byteLength(text) };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const outgoing = request(
      new URL(path, addressOf(proxy)),
      { method, headers: { ...own, ...type, ...headers } },
      (answer) => {
        let received = '';
        answer.setEncoding('utf8').on('data', (part: string) => (received += part));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            cookies: answer.headers['set-cookie'] ?? [],
            text: received,
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(text);
  });
}

const signUp = (proxy: Server) => send(proxy, { path: '/v1/accounts', body: { ...PERSON, name: 'Member' } });

/** Signs in as a page does. @returns the refresh cookie as the browser sends it back */
async function signIn(proxy: Server, client?: string): Promise<string> {
  const headers = { origin: ORIGIN };
  const answer = await send(proxy, {
    path: '/v1/sessions',
    body: PERSON,
    headers,
    ...(client ? { client } : {}),
  });
  assert.equal(answer.status, 201, answer.text);
  const cookie = answer.cookies.find((text) => text.includes('firstcome_refresh=')) ?? '';
  return cookie.split(';', 1)[0] ?? '';
}

const reload = (proxy: Server, cookie: string, metadata: Readonly<Record<string, string>> = {}) =>
  send(proxy, { path: '/v1/sessions/refresh', body: {}, headers: { cookie, origin: ORIGIN, ...metadata } });

const warnings = () => lines.map((line) => (JSON.parse(line) as { msg: string }).msg);

async function open(environment: Record<string, string>): Promise<App> {
  const logger = createLogger({ level: 'warn', format: 'json', sink: { write: (line) => lines.push(line) } });
  const database = createDatabase({ connection: testDatabase.connection });
  const storage = { database, close: () => database.close() };
  const config = readConfig({ PORT: '0', DATA_DIR: OWN_DATA_DIR, ...environment });
  const app = await buildApp(config, { logger, storage });
  app.server.get('/test/stream', { config: { access: anyone }, schema: { hide: true } }, (asked, reply) => {
    openEventStream(asked, reply, { clock: systemClock });
  });
  await app.start();
  return app;
}

describe('behind the nginx of docs/deploy.md', () => {
  let app: App;
  let nginx: Server;

  before(async () => {
    app = await open({ TRUST_PROXY: 'loopback', LOG_INS_PER_MINUTE: '4' });
    nginx = await startNginx(app.address(), DIRECTIVES);
    assert.equal((await signUp(nginx)).status, 201);
  });
  after(async () => {
    nginx.closeAllConnections();
    nginx.close();
    await app.stop();
  });

  test('a page stays signed in over a reload, also in a browser without Fetch Metadata', async () => {
    const cookie = await signIn(nginx);
    assert.match(cookie, /^__Host-firstcome_refresh=/);
    assert.equal((await reload(nginx, cookie)).status, 200);
    assert.deepEqual(warnings(), []);
  });

  test('limits count by the address of the person, whatever that says of itself', async () => {
    const wrong = (client: string, forged: string) =>
      send(nginx, {
        path: '/v1/sessions',
        body: { email: `someone-of-${client}@test.example`, password: 'x' },
        headers: { 'x-forwarded-for': forged },
        client,
      });
    for (let i = 0; i < 4; i++) assert.equal((await wrong('203.0.113.50', `198.51.100.${i}`)).status, 401);
    assert.equal((await wrong('203.0.113.50', '198.51.100.9')).status, 429);
    assert.equal((await wrong('203.0.113.51', '198.51.100.9')).status, 401);
  });

  test('event streams arrive as they come', async () => {
    const headers = { host: HOST, [CLIENT_HEADER]: '203.0.113.7' };
    const stream = request(new URL('/test/stream', addressOf(nginx)), { headers });
    const frame = await new Promise<string>((resolve, reject) => {
      stream.on('error', reject);
      stream.on('response', (answer) => answer.once('data', (part: Buffer) => resolve(String(part))));
      stream.end();
    });
    assert.match(frame, /retry: \d+/);
    stream.destroy();
  });

  test('bodies as large as the API takes reach it', async () => {
    assert.ok(bodyBytesMax(DIRECTIVES) > PLAN_BYTES);
    const tooLarge = await send(nginx, { path: '/v1/sessions', body: { text: 'x'.repeat(LARGE_BYTES) } });
    assert.equal(tooLarge.status, 413);
    assert.equal((JSON.parse(tooLarge.text) as { code: string }).code, 'body_too_large');
  });
});

describe('behind an nginx that is told nothing', () => {
  const SAME_ORIGIN = { 'sec-fetch-site': 'same-origin' };
  let app: App;
  let nginx: Server;

  before(async () => {
    app = await open({});
    nginx = await startNginx(app.address(), new Map());
    await signUp(nginx);
    lines.splice(0);
  });
  after(async () => {
    nginx.closeAllConnections();
    nginx.close();
    await app.stop();
  });

  test('a page stays signed in, since its browser says that it is ours, and one line names the cause', async () => {
    const cookie = await signIn(nginx);
    for (let i = 0; i < 3; i++) {
      const answer = await reload(nginx, cookie, SAME_ORIGIN);
      assert.equal(answer.status, 200, answer.text);
    }
    assert.equal((await reload(nginx, cookie)).status, 403, 'a browser without Fetch Metadata');
    assert.equal(warnings().length, 1);
    assert.match(warnings()[0] ?? '', /does not pass Host .*docs\/deploy\.md/);
  });

  test('a proxy that TRUST_PROXY does not name is told of in one line', async () => {
    for (let i = 0; i < 3; i++)
      await send(nginx, {
        path: '/v1/sessions',
        body: PERSON,
        headers: { 'x-forwarded-for': '203.0.113.7' },
      });
    assert.equal(warnings().length, 1);
    assert.match(warnings()[0] ?? '', /TRUST_PROXY does not name.*docs\/deploy\.md/);
  });
});
