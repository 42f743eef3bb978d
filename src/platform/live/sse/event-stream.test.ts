import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { createManualClock, systemClock } from '../../../kernel/clock.ts';
import { createIds } from '../../../kernel/ids.ts';
import { systemRandom } from '../../../kernel/random.ts';
import { anyone } from '../../auth/access.ts';
import { createHttpServer, type HttpServer } from '../../http/server.ts';
import { createLogger } from '../../observability/logger.ts';
import { jsonContent, LiveMessage } from '../message.ts';
import { countEventStreams, type EventStream, openEventStream } from './event-stream.ts';

let server: HttpServer;
let client: Socket;

afterEach(async () => {
  client.destroy();
  await server.close();
});

/** A server whose stream opens once `mayOpen` lets it, and a client that is connected to it. Its heart beats by `clock`. */
async function connectTo(mayOpen: (answer: ServerResponse) => Promise<unknown>) {
  const clock = createManualClock();
  const opened = Promise.withResolvers<EventStream>();
  ({ server } = await createHttpServer({
    logger: createLogger({ level: 'silent', format: 'json' }),
    ids: createIds(systemClock, systemRandom),
    problems: {},
    authenticate: () => ({ ok: false, code: 'token_invalid' }),
  }));
  server.get('/stream', { config: { access: anyone } }, async (request, reply) => {
    await mayOpen(reply.raw);
    opened.resolve(openEventStream(request, reply, { clock }));
    return reply;
  });
  server.get('/other', { config: { access: anyone } }, async () => ({ other: true }));
  await server.listen({ port: 0, host: '127.0.0.1' });
  client = connect((server.server.address() as { port: number }).port, '127.0.0.1');
  await once(client, 'connect');
  return { opened: opened.promise, clock };
}

describe('an event stream', () => {
  test('leaves nothing behind of a client who went before it opened', async () => {
    const arrived = Promise.withResolvers<void>();
    const { opened } = await connectTo(async (answer) => {
      arrived.resolve();
      await once(answer, 'close');
    });
    client.write('GET /stream HTTP/1.1\r\nHost: test\r\n\r\n');
    await arrived.promise;
    client.resetAndDestroy();
    const stream = await opened;
    let told = 0;
    stream.onClose(() => (told += 1));
    assert.equal(stream.closed, true);
    assert.equal(told, 1);
    assert.equal(countEventStreams(server), 0);
  });

  test('answers HEAD with the head, and the connection goes on', async () => {
    await connectTo(async () => undefined);
    client.write('HEAD /stream HTTP/1.1\r\nHost: test\r\n\r\n');
    client.write('GET /other HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n');
    let text = '';
    for await (const chunk of client) text += String(chunk);
    assert.match(text, /^HTTP\/1.1 200 OK\r\n[^{]*text\/event-stream/);
    assert.match(text, /\{"other":true\}$/);
    assert.equal(countEventStreams(server), 0);
  });

  test('ends at the second heartbeat at which its reader has not read on', async () => {
    let answer: ServerResponse | undefined;
    const { opened, clock } = await connectTo(async (given) => (answer = given));
    client.pause();
    client.write('GET /stream HTTP/1.1\r\nHost: test\r\n\r\n');
    const stream = await opened;
    do {
      stream.deliver(new LiveMessage('1', jsonContent('filler', 'x'.repeat(60_000))));
      await new Promise((resolve) => setTimeout(resolve, 1));
    } while (answer?.writableLength === 0);
    await clock.advance(15_000);
    assert.equal(stream.closed, false);
    await clock.advance(15_000);
    assert.equal(stream.closed, true);
    assert.equal(countEventStreams(server), 0);
  });
});
