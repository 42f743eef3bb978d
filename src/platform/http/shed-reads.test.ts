import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { systemClock } from '../../kernel/clock.ts';
import { createIds } from '../../kernel/ids.ts';
import { systemRandom } from '../../kernel/random.ts';
import { anyone } from '../auth/access.ts';
import { createLogger } from '../observability/logger.ts';
import { createHttpServer, type HttpServer } from './server.ts';
import { shedReads } from './shed-reads.ts';

const opened: HttpServer[] = [];
after(() => Promise.all(opened.map((server) => server.close())));

/** Twenty writes may be under way, so that two reads that browse and ten others may. */
async function open() {
  const load = { isInUse: () => true, limit: 20 };
  const { server } = await createHttpServer({
    logger: createLogger({ level: 'silent', format: 'json' }),
    ids: createIds(systemClock, systemRandom),
    problems: {},
    authenticate: () => ({ ok: false, code: 'token_invalid' }),
  });
  opened.push(server);
  const shed: string[] = [];
  shedReads(server, {
    load,
    priorities: { browse: 'first', ownPlace: 'last' },
    onShed: (priority) => shed.push(priority),
  });
  let gate = Promise.withResolvers<void>();
  for (const operationId of ['browse', 'look', 'ownPlace'])
    server.get(`/v1/${operationId}`, { config: { access: anyone }, schema: { operationId } }, async () => {
      await gate.promise;
      return {};
    });
  server.post('/v1/write', { config: { access: anyone } }, async () => ({}));
  const address = await server.listen({ port: 0, host: '127.0.0.1' });
  const ask = async (path: string, method = 'GET') =>
    (await fetch(`${address}/v1/${path}`, { method })).status;
  /** So many at once, of which those that are not refused stay until all were looked at. */
  const statuses = async (path: string, count: number) => {
    gate = Promise.withResolvers<void>();
    const asked = Array.from({ length: count }, () => ask(path));
    let refused = 0;
    for (const one of asked) void one.then((status) => (refused += status === 503 ? 1 : 0));
    setTimeout(() => gate.resolve(), 200);
    await Promise.all(asked);
    return refused;
  };
  return { load, statuses, ask, shed };
}

describe('reads, while writes wait', { timeout: 30_000 }, () => {
  test('are turned away by their priority: browsing first, own places never', async () => {
    const { statuses, ask, shed } = await open();
    assert.equal(await statuses('browse', 8), 6);
    assert.equal(await statuses('look', 18), 8);
    assert.equal(await statuses('ownPlace', 40), 0);
    assert.equal(await ask('write', 'POST'), 200);
    assert.deepEqual(new Set(shed), new Set(['first', 'other']));
  });

  test('are all answered as long as no write waits', async () => {
    const { load, statuses } = await open();
    load.isInUse = () => false;
    assert.equal(await statuses('browse', 40), 0);
  });
});
