import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '../../kernel/clock.ts';
import { createIds } from '../../kernel/ids.ts';
import { systemRandom } from '../../kernel/random.ts';
import { anyone } from '../auth/access.ts';
import { createLogger } from '../observability/logger.ts';
import { createHttpServer, type HttpServer } from './server.ts';

const CONTENT = { 'content-type': 'application/json' };
const body = (no: number) => JSON.stringify({ no });
const requestOf = (no: number) => {
  const text = body(no);
  const head = Object.entries({ host: 'test', ...CONTENT, 'content-length': text.length });
  return `POST /things HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${text}`;
};

let server: HttpServer;
let underWay = 0;
let underWayMax = 0;
let gate: Promise<void> = Promise.resolve();
/** Requests that were handled in one turn of the event loop. */
let mostInOneTurn = 0;
const seen: number[] = [];
const sockets = new Set<Socket>();

before(async () => {
  ({ server } = await createHttpServer({
    logger: createLogger({ level: 'silent', format: 'json' }),
    ids: createIds(systemClock, systemRandom),
    problems: {},
    authenticate: () => ({ ok: false, code: 'token_invalid' }),
  }));
  server.server.on('connection', (socket: Socket) => sockets.add(socket));
  server.post('/things', { config: { access: anyone } }, async (request) => {
    underWay += 1;
    underWayMax = Math.max(underWayMax, underWay);
    seen.push((request.body as { no: number }).no);
    await gate;
    underWay -= 1;
    return request.body;
  });
  let inTurn = 0;
  server.get('/at-once', { config: { access: anyone } }, (_request, reply) => {
    inTurn += 1;
    mostInOneTurn = Math.max(mostInOneTurn, inTurn);
    setImmediate(() => (inTurn = 0));
    void reply.send({ no: 0 });
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
});
after(() => server.close());

function dial(): Socket {
  const client = connect((server.server.address() as { port: number }).port, '127.0.0.1');
  client.setEncoding('utf8').on('error', () => undefined);
  return client;
}

/** The numbers in the answers, until there are so many. */
async function answersTo(client: Socket, count: number): Promise<number[]> {
  const numbers: number[] = [];
  const answer = /\{"no":(\d+)\}/g;
  let text = '';
  for await (const chunk of client) {
    text += String(chunk);
    let read = 0;
    for (const match of text.matchAll(answer)) {
      numbers.push(Number(match[1]));
      read = match.index + match[0].length;
    }
    text = text.slice(read);
    if (numbers.length >= count) break;
  }
  return numbers;
}

describe('requests that are sent at once on one connection', { timeout: 60_000 }, () => {
  test('are handled one after the other, and all of them answered in their order', async () => {
    const numbers = Array.from({ length: 1_000 }, (_, no) => no);
    const client = dial();
    client.write(numbers.map(requestOf).join(''));
    assert.deepEqual(await answersTo(client, numbers.length), numbers);
    assert.equal(underWayMax, 1);
    assert.deepEqual(seen, numbers);
  });

  test('are no longer read while the first of them is under way, and begin no more once the client is gone', async () => {
    const release = Promise.withResolvers<void>();
    gate = release.promise;
    seen.length = 0;
    sockets.clear();
    const client = dial();
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, no) => requestOf(no)).join(''));
    client.write(bytes);
    while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const [socket] = sockets;
    assert.ok(
      socket && socket.bytesRead < 1024 * 1024,
      `${socket?.bytesRead} of ${bytes.length} bytes were read`,
    );
    client.destroy();
    gate = Promise.resolve();
    release.resolve();
    while (!socket.closed) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.ok(seen.length < 5_000, `${seen.length} were begun`);
  });

  test('leave room for others between two of them, also where nothing has to be waited for', async () => {
    mostInOneTurn = 0;
    const client = dial();
    client.write('GET /at-once HTTP/1.1\r\nhost: test\r\n\r\n'.repeat(500));
    assert.equal((await answersTo(client, 500)).length, 500);
    assert.equal(mostInOneTurn, 1);
  });

  test('do not keep other connections waiting', async () => {
    const release = Promise.withResolvers<void>();
    gate = release.promise;
    const first = dial();
    first.write(requestOf(1) + requestOf(2));
    while (underWay === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    gate = Promise.resolve();
    const second = dial();
    second.write(requestOf(3));
    assert.deepEqual(await answersTo(second, 1), [3]);
    release.resolve();
    assert.deepEqual(await answersTo(first, 2), [1, 2]);
  });
});
