import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../kernel/clock.ts';
import { createIds } from '../../kernel/ids.ts';
import { systemRandom } from '../../kernel/random.ts';
import { member } from '../auth/access.ts';
import { createHttpServer, type HttpServer } from '../http/server.ts';
import { createLogger } from '../observability/logger.ts';

async function serve(context: TestContext, authenticated: () => void): Promise<HttpServer> {
  const { server } = await createHttpServer({
    logger: createLogger({ level: 'silent', format: 'json' }),
    ids: createIds(systemClock, systemRandom),
    problems: {},
    authenticate() {
      authenticated();
      return { ok: false, code: 'token_invalid' };
    },
  });
  context.after(() => server.close());
  return server;
}

test('a route without room turns requests away before their token and body are looked at', async (context) => {
  let isFull = true;
  let authentications = 0;
  const server = await serve(context, () => (authentications += 1));
  const problems: string[] = [];
  server.decorate('countProblem', (code) => problems.push(code));
  server.post('/holds', { config: { access: member, isFull: () => isFull } }, async () => ({}));
  server.post('/holds/others', { config: { access: member } }, async () => ({}));
  const address = await server.listen({ port: 0, host: '127.0.0.1' });
  const send = (path: string, method = 'POST') =>
    fetch(address + path, {
      method,
      headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
      ...(method === 'POST' ? { body: '{' } : {}),
    });

  for (const path of ['/holds', '/holds?seat=1']) {
    const shed = await send(path);
    const problem = (await shed.json()) as { code: string; detail: string; requestId: string };
    assert.deepEqual([shed.status, problem.code, shed.headers.get('retry-after')], [503, 'overloaded', '1']);
    assert.equal(shed.headers.get('content-type'), 'application/problem+json; charset=utf-8');
    assert.equal(shed.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(shed.headers.get('x-request-id'), problem.requestId);
    assert.match(problem.detail, /Nothing was done/);
  }
  assert.equal(authentications, 0);
  assert.deepEqual(problems, ['overloaded', 'overloaded']);
  assert.equal((await send('/holds/others')).status, 401, 'other routes have room');
  assert.equal((await send('/holds', 'GET')).status, 405, 'and other methods');
  isFull = false;
  assert.equal((await send('/holds')).status, 401);
  assert.equal(authentications, 2);
});

test('a connection whose requests are turned away can be used on', async (context) => {
  let isFull = true;
  const server = await serve(context, () => undefined);
  server.post('/holds', { config: { access: member, isFull: () => isFull } }, async () => ({}));
  await server.listen({ port: 0, host: '127.0.0.1' });
  let connections = 0;
  server.server.on('connection', () => (connections += 1));
  const { port } = server.server.address() as { port: number };
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const post = () =>
    new Promise<number>((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      request({ port, host: '127.0.0.1', path: '/holds', method: 'POST', agent, headers }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode!));
      })
        .on('error', reject)
        .end(JSON.stringify({ padding: 'x'.repeat(20_000) }));
    });
  assert.deepEqual([await post(), await post()], [503, 503]);
  isFull = false;
  assert.equal(await post(), 401);
  assert.equal(connections, 1);
  agent.destroy();
});

test('a route with parameters cannot have a door', async (context) => {
  const server = await serve(context, () => undefined);
  assert.throws(
    () => server.post('/holds/:id', { config: { access: member, isFull: () => true } }, async () => ({})),
    /no parameters/,
  );
});
