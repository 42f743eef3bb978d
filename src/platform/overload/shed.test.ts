import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../kernel/clock.ts';
import { createIds } from '../../kernel/ids.ts';
import { systemRandom } from '../../kernel/random.ts';
import { member } from '../http/principal.ts';
import { createHttpServer } from '../http/server.ts';
import { createLogger } from '../observability/logger.ts';

test('a route without room turns requests away before their token and body are looked at', async () => {
  let isFull = true;
  let authentications = 0;
  const { server } = await createHttpServer({
    logger: createLogger({ level: 'silent', format: 'json' }),
    ids: createIds(systemClock, systemRandom),
    problems: {},
    authenticate() {
      authentications += 1;
      return { ok: false, code: 'token_invalid' };
    },
  });
  server.post('/claims', { config: { access: member, isFull: () => isFull } }, async () => ({}));
  server.post('/others', { config: { access: member } }, async () => ({}));
  const headers = { authorization: 'Bearer x', 'content-type': 'application/json' };
  const post = (url: string) => server.inject({ method: 'POST', url, headers, payload: '{' });

  const shed = await post('/claims');
  const problem = shed.json<{ code: string; detail: string }>();
  assert.deepEqual([shed.statusCode, problem.code, shed.headers['retry-after']], [503, 'overloaded', '1']);
  assert.match(problem.detail, /Nothing was done/);
  assert.equal(authentications, 0);
  assert.equal((await post('/others')).statusCode, 401, 'other routes have room');
  isFull = false;
  assert.equal((await post('/claims')).statusCode, 401);
  assert.equal(authentications, 2);
  await server.close();
});
