import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { systemClock } from '../../kernel/clock.ts';
import { createIds } from '../../kernel/ids.ts';
import { systemRandom } from '../../kernel/random.ts';
import { anyone } from '../auth/access.ts';
import { createLogger } from '../observability/logger.ts';
import { createHttpServer } from './server.ts';

describe('a request that does not arrive', () => {
  test('is refused and its connection ended, also when its body comes in drops', async () => {
    const { server } = await createHttpServer({
      logger: createLogger({ level: 'silent', format: 'json' }),
      ids: createIds(systemClock, systemRandom),
      problems: {},
      authenticate: () => ({ ok: false, code: 'token_invalid' }),
      requestTimeoutMs: 300,
    });
    server.post('/things', { config: { access: anyone } }, async () => ({}));
    await server.listen({ port: 0, host: '127.0.0.1' });
    const client = connect((server.server.address() as { port: number }).port, '127.0.0.1');
    let text = '';
    client.on('data', (chunk) => (text += chunk.toString()));
    client.on('error', () => undefined);
    const head = [
      'POST /things HTTP/1.1',
      'Host: test',
      'Content-Type: application/json',
      'Content-Length: 999',
    ];
    client.write(`${head.join('\r\n')}\r\n\r\n{`);
    const drops = setInterval(() => client.write(' '), 100);
    await once(client, 'close');
    clearInterval(drops);
    await server.close();
    assert.match(text, /^HTTP\/1\.1 408 /);
    assert.match(text, /"code":"request_timeout"/);
  });
});

describe('an answer that nobody reads', () => {
  test('is cut off, and its connection ended', async () => {
    const { server } = await createHttpServer({
      logger: createLogger({ level: 'silent', format: 'json' }),
      ids: createIds(systemClock, systemRandom),
      problems: {},
      authenticate: () => ({ ok: false, code: 'token_invalid' }),
      standstillMs: 300,
    });
    const whole = 64 * 1024 * 1024;
    const ended = Promise.withResolvers<boolean>();
    server.get('/large', { config: { access: anyone } }, (_request, reply) => {
      reply.raw.on('close', () => ended.resolve(reply.raw.writableFinished));
      void reply.send(Buffer.alloc(whole));
    });
    await server.listen({ port: 0, host: '127.0.0.1' });
    const client = connect((server.server.address() as { port: number }).port, '127.0.0.1');
    client.on('error', () => undefined);
    const closed = once(client, 'close');
    client.write('GET /large HTTP/1.1\r\nHost: test\r\n\r\n');
    assert.equal(await ended.promise, false, 'the whole answer was taken');
    client.resume();
    await closed;
    assert.ok(client.bytesRead < whole, `${client.bytesRead} bytes came`);
    await server.close();
  });
});
