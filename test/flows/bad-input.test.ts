import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { type AccessApp, startAccessApp } from '../support/access/app.ts';
import { accessTokenOf } from '../support/access-token.ts';
import {
  badBodies,
  LEAKS,
  type Method,
  type Operation,
  operationsOf,
  UNKNOWN_ID,
} from '../support/bad-input.ts';

let system: AccessApp;
let token: string;
let operations: readonly Operation[];

before(async () => {
  system = await startAccessApp();
  token = await accessTokenOf(system.tokens, ['member', 'manager']);
  operations = operationsOf((await system.app.server.inject({ method: 'GET', url: '/openapi.json' })).json());
  assert.ok(operations.length > 30, `only ${operations.length} operations were found`);
});

after(() => system.close());

type Sent = {
  readonly method: Method;
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly payload?: string | Buffer;
};

/** Sends what must be refused. @returns what is wrong with the answer, in words */
async function complaintOf(what: string, sent: Sent): Promise<string | undefined> {
  const headers = { authorization: `Bearer ${token}`, ...sent.headers };
  const { statusCode, body, headers: answered } = await system.app.server.inject({ ...sent, headers });
  const where = `${sent.method} ${sent.url} with ${what}`;
  if (statusCode < 400 || statusCode > 499) return `${where}: ${statusCode} ${body.slice(0, 200)}`;
  if (!String(answered['content-type']).startsWith('application/problem+json'))
    return `${where}: not a problem`;
  const problem = JSON.parse(body) as Record<string, unknown>;
  const complete = ['type', 'title', 'status', 'detail', 'code', 'requestId'].every(
    (name) => problem[name] !== undefined,
  );
  if (!complete || !/^[a-z][a-z0-9_]+$/.test(String(problem['code']))) return `${where}: incomplete ${body}`;
  if (String(problem['detail']).includes('\n')) return `${where}: more than one line`;
  return LEAKS.test(body.replaceAll(sent.url, '')) ? `${where}: leaks ${body}` : undefined;
}

async function complaints(cases: readonly { what: string; sent: Sent }[]): Promise<string[]> {
  const found = await Promise.all(cases.map(({ what, sent }) => complaintOf(what, sent)));
  return found.filter((complaint) => complaint !== undefined);
}

const fill = (path: string, id: string) => path.replaceAll(/\{[^}]+\}/g, id);

describe('whatever is sent is answered with a problem that says what to do', () => {
  test('bodies', async () => {
    for (const { method, path, body } of operations.filter((operation) => operation.body)) {
      const cases = badBodies(body ?? {}).map((bad) => ({
        what: bad.what,
        sent: {
          method,
          url: fill(path, UNKNOWN_ID),
          payload: bad.body,
          headers: { 'content-type': bad.type ?? 'application/json' },
        },
      }));
      assert.deepEqual(await complaints(cases), []);
    }
  });

  test('ids of the wrong kind', async () => {
    const wrong = [
      '1',
      'x',
      '%00',
      '%ff',
      '..%2f..%2fetc',
      'null',
      `${UNKNOWN_ID}x`,
      "'%20or%201=1--",
      'a'.repeat(300),
      '%F0%9F%8E%AB',
    ];
    const cases = operations
      .filter(({ path }) => path.includes('{'))
      .flatMap(({ method, path }) =>
        wrong.map((id) => ({ what: 'a wrong id', sent: { method, url: fill(path, id) } })),
      );
    assert.deepEqual(await complaints(cases), []);
  });

  test('queries', async () => {
    const wrong = ['', '%00', '-1', '1e400', 'x'.repeat(5_000), '%ff'];
    const cases = operations
      .filter(({ method, query }) => method === 'GET' && query.length > 0)
      .flatMap(({ method, path, query }) =>
        query
          .filter(({ name }) => ['limit', 'cursor', 'from', 'to', 'sort', 'performanceId'].includes(name))
          .flatMap(({ name }) =>
            wrong.map((value) => ({
              what: `a wrong ${name}`,
              sent: { method, url: `${fill(path, UNKNOWN_ID)}?${name}=${value}` },
            })),
          ),
      );
    assert.deepEqual(await complaints(cases), []);
  });

  test('headers', async () => {
    const url = '/v1/reservations';
    const payload = JSON.stringify({ performanceId: UNKNOWN_ID, seatIds: ['A-1-1'] });
    const wrong: Record<string, string>[] = [
      { authorization: 'Bearer' },
      { authorization: 'Basic YTpi' },
      { authorization: `Bearer ${'x'.repeat(9_000)}` },
      { authorization: `Bearer ${token}, Bearer ${token}` },
      { 'idempotency-key': ' ' },
      { 'idempotency-key': 'x'.repeat(256) },
      { 'idempotency-key': 'a b' },
      { 'room-pass': 'x.y.z' },
      { 'room-pass': 'x'.repeat(9_000) },
    ];
    const cases = wrong.map((headers) => ({
      what: `headers ${JSON.stringify(headers).slice(0, 60)}`,
      sent: {
        method: 'POST' as const,
        url,
        payload,
        headers: { 'content-type': 'application/json', ...headers },
      },
    }));
    assert.deepEqual(await complaints(cases), []);
  });

  test('addresses and methods that do not exist', async () => {
    const cases: { what: string; sent: Sent }[] = [
      { what: 'an unknown address', sent: { method: 'GET', url: '/v1/nothing' } },
      { what: 'another method', sent: { method: 'PUT', url: '/v1/reservations' } },
      { what: 'a broken address', sent: { method: 'GET', url: '/v1/concerts/%' } },
      { what: 'an address upwards', sent: { method: 'GET', url: '/docs/..%2f..%2fpackage.json' } },
      { what: 'a file upwards', sent: { method: 'GET', url: '/docs/static/..%2f..%2fpackage.json' } },
      { what: 'a file upwards, as Windows has it', sent: { method: 'GET', url: '/docs/static/..%5cx' } },
      { what: 'a file of no name', sent: { method: 'GET', url: '/docs/static/%00' } },
    ];
    assert.deepEqual(await complaints(cases), []);
  });
});

const RAW: readonly { readonly what: string; readonly text: string }[] = [
  { what: 'no HTTP at all', text: 'hello\r\n\r\n' },
  { what: 'a header without end', text: `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(100_000)}\r\n\r\n` },
  {
    what: 'two lengths',
    text: 'POST /v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello',
  },
  {
    what: 'length and chunks',
    text: 'POST /v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  },
  { what: 'a negative length', text: 'POST /v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n' },
  {
    what: 'repeated headers',
    text: 'GET /v1/points HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\nConnection: close\r\n\r\n',
  },
  {
    what: 'repeated keys',
    text: 'POST /v1/points/charges HTTP/1.1\r\nHost: a\r\nIdempotency-Key: a\r\nIdempotency-Key: b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
  },
];

for (const { what, text } of RAW) {
  test(`${what} on the socket is refused with 4xx and the server lives`, async () => {
    const { port } = new URL(system.app.address());
    const answer = await exchange(Number(port), text);
    assert.match(answer, /^HTTP\/1\.1 4\d\d /, answer.slice(0, 200));
    assert.doesNotMatch(answer, LEAKS);
    assert.equal((await system.app.server.inject({ method: 'GET', url: '/health/live' })).statusCode, 200);
  });
}

function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (part: Buffer) => (answer += part.toString('latin1')));
    socket.on('error', () => resolve(answer));
    socket.on('close', () => resolve(answer));
    socket.setTimeout(3_000, () => socket.destroy());
  });
}
