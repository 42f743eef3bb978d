import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { ApiClient } from './api-client.ts';
import { holdSeats, requestOf } from './requests.ts';

let server: Server;
let address: string;
const seen: { readonly request: IncomingMessage; readonly body: string }[] = [];

before(async () => {
  server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  seen.push({ request, body: await text(request) });
  if (request.url === '/hangs') return;
  if (request.url === '/ends') {
    request.socket.destroy();
    return;
  }
  response.statusCode = request.url === '/refused' ? 409 : request.url === '/empty' ? 204 : 200;
  response.end(request.url === '/empty' ? undefined : '{"code":"seat_taken"}');
}

after(() => {
  server.closeAllConnections();
  server.close();
});

test('sends who asks, with which pass, and the body as JSON', async () => {
  const client = new ApiClient(() => address);
  const from = { accessToken: 't', pass: 'p', headers: { prefer: 'respond-async' } };
  const held = await client.send(holdSeats('one', ['A-1-1']), from);
  assert.deepEqual(held, { status: 200, body: { code: 'seat_taken' } });
  const { request, body } = seen.at(-1)!;
  const { authorization, prefer, 'room-pass': pass, 'content-type': type } = request.headers;
  assert.deepEqual(
    [request.method, request.url, authorization, pass, prefer, type],
    ['POST', '/v1/reservations', 'Bearer t', 'p', 'respond-async', 'application/json'],
  );
  assert.deepEqual(JSON.parse(body), { performanceId: 'one', seatIds: ['A-1-1'] });
});

test('gives refusals back as answers; who insists on a success hears of them as an error', async () => {
  const client = new ApiClient(address);
  assert.equal((await client.send(requestOf('GET /refused'))).status, 409);
  await assert.rejects(client.ask(requestOf('GET /refused')), /GET \/refused is answered 409.*seat_taken/);
  assert.deepEqual(await client.send(requestOf('DELETE /empty')), { status: 204, body: {} });
});

test('rejects where no answer comes: a lost connection, too late, no longer wanted', async () => {
  const client = new ApiClient(address, { timeoutMs: 50 });
  await assert.rejects(client.send(requestOf('GET /ends')), /socket hang up/);
  await assert.rejects(client.send(requestOf('GET /hangs')), /no answer in time/);
  const signal = AbortSignal.abort();
  await assert.rejects(client.send(requestOf('GET /hangs'), { signal }), /abort/);
});

test('has no more sockets than it may', async () => {
  const client = new ApiClient(address, { socketsMax: 2 });
  const sentBefore = seen.length;
  await Promise.all(Array.from({ length: 10 }, () => client.send(requestOf('GET /'))));
  const sockets = new Set(seen.slice(sentBefore).map(({ request }) => request.socket));
  assert.equal(sockets.size, 2);
});
