import assert from 'node:assert/strict';
import { request, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { systemClock } from '../../src/kernel/clock.ts';
import { createInternalTokens, INTERNAL_TOKEN_HEADER } from '../../src/platform/auth/internal-tokens.ts';
import { codeOf, send, startGateway, startInstance } from '../support/gateway/world.ts';
import { until } from '../support/until.ts';

const TIMEOUT = { timeout: 30_000 };
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const SECRET = 'an internal secret of this very test 0123456789';
const INTERNAL = { INTERNAL_SECRET: SECRET };

const ok = (text: string) => (_request: unknown, response: ServerResponse) => void response.end(text);
const drop = ({ socket }: { socket: Socket }) => void socket.destroy();

test(
  'headers from outside that look internal go no further, and the trace context does',
  TIMEOUT,
  async (t) => {
    const instance = await startInstance(t, (_request, response) => {
      response
        .writeHead(200, { 'x-firstcome-secret': 'inside', 'x-request-id': 'r1', etag: '"a"' })
        .end('yes');
    });
    const gateway = await startGateway(t, [instance.origin], INTERNAL);
    const headers = {
      host: 'tickets.example.org',
      traceparent: TRACE,
      tracestate: 'a=b',
      'x-firstcome-internal': 'forged',
      'x-firstcome-skip-queue': '1',
      'x-forwarded-for': '198.51.100.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil.example',
      'x-real-ip': '198.51.100.1',
      forwarded: 'for=198.51.100.1',
      'x-account-id': 'somebody',
    };
    const answer = await send(gateway.address(), '/v1/concerts?a=1', { headers });
    assert.equal(answer.text, 'yes');
    assert.equal(answer.headers['x-firstcome-secret'], undefined);
    assert.equal(answer.headers['x-request-id'], 'r1');
    const [seen] = instance.seen;
    assert.equal(seen!.headers.traceparent, TRACE);
    assert.equal(seen!.headers['tracestate'], 'a=b');
    assert.equal(seen!.headers.host, 'tickets.example.org');
    assert.equal(seen!.headers['x-forwarded-for'], '127.0.0.1');
    assert.equal(seen!.headers['x-forwarded-proto'], 'http');
    for (const name of [
      'x-firstcome-skip-queue',
      'x-forwarded-host',
      'x-real-ip',
      'forwarded',
      'x-account-id',
    ])
      assert.equal(seen!.headers[name], undefined, name);
    const said = {
      method: 'GET',
      target: '/v1/concerts?a=1',
      forwardedFor: '127.0.0.1',
      forwardedProto: 'http',
    };
    const token = String(seen!.headers[INTERNAL_TOKEN_HEADER]);
    assert.equal(createInternalTokens(SECRET, systemClock).verify(token, 'one', said), 'valid');
  },
);

test('what a proxy of TRUST_PROXY says of the client is passed on', TIMEOUT, async (t) => {
  const instance = await startInstance(t, ok('yes'));
  const gateway = await startGateway(t, [instance.origin], { TRUST_PROXY: 'loopback' });
  const headers = { 'x-forwarded-for': '198.51.100.1, 203.0.113.7', 'x-forwarded-proto': 'https' };
  await send(gateway.address(), '/', { headers });
  assert.equal(instance.seen[0]!.headers['x-forwarded-for'], '198.51.100.1, 203.0.113.7, 127.0.0.1');
  assert.equal(instance.seen[0]!.headers['x-forwarded-proto'], 'https');
});

test('a request goes to a second instance only where that is safe', TIMEOUT, async (t) => {
  const bad = await startInstance(t, drop);
  const good = await startInstance(t, ok('good'), { id: 'two' });
  const gateway = await startGateway(t, [bad.origin, good.origin]);
  /** Both are asked in turn, so that of two one begins at the bad one. */
  const askTwice = async (sent: Parameters<typeof send>[2], path = '/v1/reservations') => {
    const before = bad.seen.length;
    const answers = [await send(gateway.address(), path, sent), await send(gateway.address(), path, sent)];
    return { answers, dropped: bad.seen.length - before };
  };
  const key = { 'idempotency-key': 'k' };
  for (const sent of [
    {},
    { method: 'DELETE' },
    { method: 'PUT', body: 'x' },
    { method: 'POST', body: 'x', headers: { ...key, 'content-length': '1' } },
  ]) {
    const { answers, dropped } = await askTwice(sent);
    assert.deepEqual(
      answers.map(({ text }) => text),
      ['good', 'good'],
      JSON.stringify(sent),
    );
    assert.equal(dropped, 1, 'one of two begins at the bad one');
  }
  for (const [path, sent] of [
    ['/v1/reservations', { method: 'POST', body: 'x' }],
    ['/v1/reservations', { method: 'PATCH', body: 'x' }],
    ['/v1/sessions', { method: 'POST', body: 'x', headers: key }],
    ['/v1/payments/callbacks/toss', { method: 'POST', body: 'x', headers: key }],
  ] as const) {
    const { answers, dropped } = await askTwice(sent, path);
    const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
    assert.deepEqual(statuses, [200, 502], path);
    assert.equal(codeOf(answers.find(({ status }) => status === 502)!), 'instance_lost');
    assert.equal(dropped, 1);
  }
});

test(
  'what was never sent goes to another instance, and without any the answer says so',
  TIMEOUT,
  async (t) => {
    const one = await startInstance(t, ok('one'));
    const two = await startInstance(t, ok('two'), { id: 'two' });
    const gateway = await startGateway(t, [one.origin, two.origin]);
    await one.kill();
    for (let turn = 0; turn < 4; turn++) {
      const answer = await send(gateway.address(), '/v1/reservations', { method: 'POST', body: 'x' });
      assert.equal(answer.text, 'two');
    }
    await two.kill();
    const answer = await send(gateway.address(), '/v1/reservations', { method: 'POST', body: 'x' });
    assert.deepEqual([answer.status, codeOf(answer)], [503, 'no_instance']);
    assert.equal(answer.headers['retry-after'], '1');
    assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
    assert.equal((await send(gateway.address(), '/health/ready')).status, 503);
    assert.equal((await send(gateway.address(), '/health/live')).status, 200);
    await startInstance(t, ok('again'), { port: Number(new URL(two.origin).port) });
    await until(
      () => send(gateway.address(), '/v1/concerts'),
      ({ text }) => text === 'again',
    );
  },
);

test('requests go where least is under way, and no more than an instance may have', TIMEOUT, async (t) => {
  const waiting: ServerResponse[] = [];
  const wait = (_request: unknown, response: ServerResponse) => void waiting.push(response);
  const one = await startInstance(t, wait);
  const two = await startInstance(t, wait, { id: 'two' });
  const gateway = await startGateway(t, [one.origin, two.origin], { GATEWAY_REQUESTS_MAX: '3' });
  const sent = Array.from({ length: 6 }, (_, at) => send(gateway.address(), `/v1/concerts?${at}`));
  await until(async () => waiting.length === 6);
  assert.deepEqual([one.seen.length, two.seen.length], [3, 3]);
  const refused = await send(gateway.address(), '/v1/concerts');
  assert.deepEqual([refused.status, codeOf(refused)], [503, 'overloaded']);
  for (const response of waiting) response.end('done');
  await Promise.all(sent);
  assert.equal((await send(gateway.address(), '/metrics')).text.includes('outcome="overloaded"} 1'), true);
});

test('bytes that must not be sent on are refused, and say nothing of the instances', TIMEOUT, async (t) => {
  const instance = await startInstance(t, ok('yes'));
  const gateway = await startGateway(t, [instance.origin]);
  const port = Number(new URL(gateway.address()).port);
  const raw = async (text: string): Promise<string> => {
    const socket = connect(port, '127.0.0.1');
    socket.end(Buffer.from(text, 'latin1'));
    let answer = '';
    for await (const part of socket) answer += (part as Buffer).toString('latin1');
    return answer.slice(0, 12);
  };
  const end = '\r\nHost: a\r\nConnection: close\r\n';
  for (const text of [
    `GET /caf\u00E9 HTTP/1.1${end}\r\n`,
    `GET http://elsewhere.example/ HTTP/1.1${end}\r\n`,
    `OPTIONS * HTTP/1.1${end}\r\n`,
    `GET / HTTP/1.1${end}User-Agent: a\u0001b\r\n\r\n`,
    `GET / HTTP/1.1${end}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ])
    assert.match(await raw(text), /^HTTP\/1.1 [24]0/, text);
  assert.equal(await raw(`GET http://elsewhere.example/ HTTP/1.1${end}\r\n`), 'HTTP/1.1 400');
  assert.equal((await send(gateway.address(), '/v1/concerts')).text, 'yes');
  assert.equal((await send(gateway.address(), '/health/ready')).status, 200);
});

test('an instance that says nothing is given up in time', TIMEOUT, async (t) => {
  const instance = await startInstance(t, () => undefined);
  const gateway = await startGateway(t, [instance.origin], { GATEWAY_ANSWER_TIMEOUT_MS: '300' });
  const answer = await send(gateway.address(), '/v1/concerts');
  assert.deepEqual([answer.status, codeOf(answer)], [504, 'instance_silent']);
  assert.equal(instance.seen.length, 1, 'it is not asked twice');
});

test('large bodies, on connections that are used again, arrive whole', TIMEOUT, async (t) => {
  const instance = await startInstance(t, (incoming, response) => {
    let bytes = 0;
    incoming.on('data', (part: Buffer) => (bytes += part.length));
    incoming.on('end', () => response.end(String(bytes)));
  });
  const gateway = await startGateway(t, [instance.origin], { GATEWAY_CONNECTIONS_MAX: '1' });
  for (const size of [1, 65_536, 65_537, 2_000_000, 0, 70_000]) {
    const answer = await send(gateway.address(), '/v1/venues', { method: 'POST', body: Buffer.alloc(size) });
    assert.equal(answer.text, String(size));
    const chunked = await send(gateway.address(), '/v1/venues', {
      method: 'POST',
      body: Buffer.alloc(size),
      headers: { 'transfer-encoding': 'chunked' },
    });
    assert.equal(chunked.text, String(size));
  }
});

test('a client that leaves before its answer frees its place at the instance', TIMEOUT, async (t) => {
  const instance = await startInstance(t, (incoming, response) => {
    if (incoming.url === '/slow') return;
    response.end('quick');
  });
  const gateway = await startGateway(t, [instance.origin], { GATEWAY_CONNECTIONS_MAX: '1' });
  for (let turn = 0; turn < 5; turn++) {
    const outgoing = request(gateway.address(), { path: '/slow' });
    outgoing.on('error', () => undefined);
    outgoing.end();
    await until(async () => instance.seen.length === 2 * turn + 1);
    outgoing.destroy();
    assert.equal((await send(gateway.address(), '/quick')).text, 'quick');
  }
  const metrics = (await send(gateway.address(), '/metrics')).text;
  assert.match(metrics, /firstcome_gateway_requests_total\{outcome="aborted"\} 5/);
  assert.match(metrics, /firstcome_gateway_under_way\{instance="[^"]+",kind="requests"\} 0/);
});

test('what another instance keeps is found there, and from then on asked for there', TIMEOUT, async (t) => {
  const elsewhere = JSON.stringify({ status: 503, code: 'room_elsewhere' });
  const other = await startInstance(t, (_request, response) => {
    response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '2' });
    response.end(elsewhere);
  });
  const keeper = await startInstance(t, ok('kept'), { id: 'two' });
  const gateway = await startGateway(t, [other.origin, keeper.origin]);
  const payload = Buffer.from(JSON.stringify({ room: 'p1', number: 4 })).toString('base64url');
  const pass = { 'room-pass': `x.${payload}.y` };
  for (let turn = 0; turn < 6; turn++) {
    const join = await send(gateway.address(), '/v1/performances/p1/room/entries', {
      method: 'POST',
      body: '{}',
    });
    assert.equal(join.text, 'kept');
    const hold = await send(gateway.address(), '/v1/reservations', {
      method: 'POST',
      headers: pass,
      body: '{}',
    });
    assert.equal(hold.text, 'kept');
  }
  assert.ok(other.seen.length <= 1, 'its place is remembered');
  await keeper.kill();
  const alone = await send(gateway.address(), '/v1/performances/p1/room/entries', {
    method: 'POST',
    body: '{}',
  });
  assert.deepEqual([alone.status, alone.headers['retry-after']], [503, '2'], 'the last answer is passed on');
  assert.equal(codeOf(alone), 'room_elsewhere');
});

test('a request that met an instance under its new name is sent again', TIMEOUT, async (t) => {
  let isNew = false;
  const instance = await startInstance(t, (_request, response) => {
    const status = isNew ? 200 : 421;
    isNew = true;
    response.writeHead(status, { 'content-length': '2' }).end('{}');
  });
  const gateway = await startGateway(t, [instance.origin]);
  const answer = await send(gateway.address(), '/v1/reservations', { method: 'POST', body: 'x' });
  assert.equal(answer.status, 200);
  assert.equal(instance.seen.length, 2);
});
