/** What stays open passes through the gateway as it comes: event streams and WebSockets. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { startGateway, startInstance } from '../support/gateway/world.ts';
import { until } from '../support/until.ts';

const TIMEOUT = { timeout: 30_000 };

const ok = (text: string) => (_request: unknown, response: ServerResponse) => void response.end(text);

test(
  'an event stream passes without waiting, and its reader hears when the instance is lost',
  TIMEOUT,
  async (t) => {
    let stream: ServerResponse | undefined;
    const instance = await startInstance(t, (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', connection: 'close' });
      response.write('retry: 1000\n\n');
      stream = response;
    });
    const gateway = await startGateway(t, [instance.origin]);
    const answer = await fetch(`${gateway.address()}/v1/performances/p/seats/stream`);
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    assert.equal((await reader.read()).value, 'retry: 1000\n\n');
    for (const event of ['id: 1\ndata: {}\n\n', 'id: 2\ndata: {}\n\n']) {
      stream!.write(event);
      assert.equal((await reader.read()).value, event);
    }
    await instance.kill();
    assert.equal((await reader.read()).value, 'event: closed\ndata: {"reconnect":true}\n\n');
    assert.equal((await reader.read()).done, true);
  },
);

test('an event that was cut is not completed by the word that the instance is lost', TIMEOUT, async (t) => {
  const instance = await startInstance(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', connection: 'close' });
    response.write('id: 1\ndata: {"half');
  });
  const gateway = await startGateway(t, [instance.origin]);
  const answer = await fetch(`${gateway.address()}/v1/performances/p/seats/stream`);
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  assert.equal((await reader.read()).value, 'id: 1\ndata: {"half');
  await instance.kill();
  await assert.rejects(reader.read());
});

test('a reader who leaves an event stream ends it at the instance', TIMEOUT, async (t) => {
  const closed = Promise.withResolvers<void>();
  const instance = await startInstance(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(':\n\n');
    response.on('close', () => closed.resolve());
  });
  const gateway = await startGateway(t, [instance.origin]);
  const leaving = new AbortController();
  const answer = await fetch(`${gateway.address()}/v1/performances/p/seats/stream`, {
    signal: leaving.signal,
  });
  assert.equal(answer.status, 200);
  leaving.abort();
  await closed.promise;
});

test(
  'WebSockets pass through with their subprotocol, and go elsewhere where nobody is',
  TIMEOUT,
  async (t) => {
    const gone = await startInstance(t, ok('gone'));
    const instance = await startInstance(t, ok('two'), { id: 'two' });
    const sockets = new WebSocketServer({ server: instance.server });
    sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data as Buffer)));
    const gateway = await startGateway(t, [gone.origin, instance.origin]);
    await gone.kill();
    for (let turn = 0; turn < 2; turn++) {
      const socket = new WebSocket(`${gateway.address()}/stomp`.replace('http', 'ws'), ['v12.stomp'], {
        headers: { 'x-firstcome-internal': 'forged' },
      });
      await once(socket, 'open');
      assert.equal(socket.protocol, 'v12.stomp');
      const big = Buffer.alloc(300_000, 'a');
      socket.send(big);
      const [data] = (await once(socket, 'message')) as [Buffer];
      assert.equal(Buffer.compare(data, big), 0);
      const closed = once(socket, 'close');
      if (turn === 0) socket.close();
      else await instance.kill();
      await closed;
    }
    const refused = new WebSocket(`${gateway.address()}/stomp`.replace('http', 'ws'));
    const [, answer] = (await once(refused, 'unexpected-response')) as [unknown, { statusCode: number }];
    assert.equal(answer.statusCode, 503);
  },
);

test('a gateway that stops ends streams with the word to come again', TIMEOUT, async (t) => {
  const instance = await startInstance(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(':\n\n');
  });
  const gateway = await startGateway(t, [instance.origin]);
  const answer = await fetch(`${gateway.address()}/v1/performances/p/seats/stream`);
  const whole = answer.text();
  await until(async () => instance.seen.length === 1);
  await gateway.stop();
  assert.equal(await whole, ':\n\nevent: closed\ndata: {"reconnect":true}\n\n');
});
