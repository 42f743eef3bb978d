import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { createMemoryLimits } from '../../adapters/memory/limits.ts';
import { createManualClock, systemClock } from '../../kernel/clock.ts';
import { createIds } from '../../kernel/ids.ts';
import { systemRandom } from '../../kernel/random.ts';
import { anyone, member } from '../auth/access.ts';
import { jsonContent, LiveMessage } from '../live/message.ts';
import { openEventStream } from '../live/sse/event-stream.ts';
import { createLogger } from '../observability/logger.ts';
import type { RequestLimitSettings } from './request-limits.ts';
import { createHttpServer, type HttpServer } from './server.ts';

const GENEROUS: RequestLimitSettings = {
  accountWritesPerSecond: 25,
  accountWritesAtOnce: 100,
  accountReadsPerSecond: 100,
  accountRequestsMax: 1_000,
  accountStreamsMax: 100,
  addressWritesPerSecond: 50,
  addressReadsPerSecond: 500,
  addressRequestsMax: 1_000,
  addressStreamsMax: 100,
  streamsMax: 100,
  limitsLoopback: true,
};

const opened: HttpServer[] = [];
after(() => Promise.all(opened.map((server) => server.close())));

/** A server whose bearer tokens are the names of accounts. */
async function open(settings: Partial<RequestLimitSettings> = {}) {
  const clock = createManualClock();
  const refusals: string[] = [];
  const gate = Promise.withResolvers<void>();
  const { server } = await createHttpServer({
    logger: createLogger({ level: 'silent', format: 'json' }),
    ids: createIds(systemClock, systemRandom),
    problems: {},
    authenticate: (token) => ({
      ok: true,
      value: { accountId: token, roles: new Set<string>(), sessionId: 's', expiresAt: Infinity },
    }),
    limit: {
      limits: createMemoryLimits(clock),
      settings: { ...GENEROUS, ...settings },
      onRefused: (limit) => refusals.push(limit),
    },
  });
  const done = { done: true };
  server.post('/writes', { config: { access: member } }, async () => done);
  server.get('/reads', { config: { access: member } }, async () => done);
  server.get('/open', { config: { access: anyone } }, async () => done);
  server.post('/no-op', { config: { access: member, keepsNothing: true } }, async () => done);
  server.post('/renewals', { config: { access: anyone } }, async () => done);
  server.get('/slow', { config: { access: member } }, async () => {
    await gate.promise;
    return done;
  });
  server.get('/streams', { config: { access: anyone } }, (request, reply) => {
    const stream = openEventStream(request, reply, { clock: systemClock });
    stream.deliver(new LiveMessage('1', jsonContent('first', {})));
    return reply;
  });
  server.get('/own-streams', { config: { access: member } }, (request, reply) => {
    openEventStream(request, reply, { clock: systemClock });
    return reply;
  });
  opened.push(server);
  const address = await server.listen({ port: 0, host: '127.0.0.1' });
  const ask = (what: string, account?: string, signal?: AbortSignal) => {
    const [method, url] = what.split(' ');
    const headers = account === undefined ? {} : { authorization: `Bearer ${account}` };
    return fetch(`${address}${url}`, { method: method!, headers, signal: signal ?? null });
  };
  const statuses = async (what: string, count: number, account?: string) => {
    const answers = await Promise.all(Array.from({ length: count }, () => ask(what, account)));
    const found: Record<number, number> = {};
    for (const { status } of answers) found[status] = (found[status] ?? 0) + 1;
    return found;
  };
  return { ask, statuses, clock, refusals, release: gate.resolve };
}

describe('the writes of an account', { timeout: 30_000 }, () => {
  test('are refused with 429 and Retry-After when they come faster than allowed, its reads are not', async () => {
    const { ask, statuses, refusals, clock } = await open();
    assert.deepEqual(await statuses('POST /writes', 130, 'ann'), { 200: 100, 429: 30 });
    const refused = await ask('POST /writes', 'ann');
    assert.equal(refused.status, 429);
    assert.equal(refused.headers.get('retry-after'), '1');
    assert.equal(((await refused.json()) as { code: string }).code, 'rate_limited');
    assert.deepEqual(await statuses('GET /reads', 50, 'ann'), { 200: 50 });
    assert.deepEqual(await statuses('POST /writes', 50, 'bob'), { 200: 50 }, 'another account');
    assert.deepEqual(new Set(refusals), new Set(['account_writes']));
    await clock.advance(1_000);
    assert.deepEqual(await statuses('POST /writes', 26, 'ann'), { 200: 25, 429: 1 });
  });

  test('are within the limit when fifty come at once and twenty each second after them', async () => {
    const { statuses, clock } = await open();
    assert.deepEqual(await statuses('POST /writes', 50, 'ann'), { 200: 50 });
    for (let second = 0; second < 10; second++) {
      await clock.advance(1_000);
      assert.deepEqual(await statuses('POST /writes', 20, 'ann'), { 200: 20 });
    }
  });

  test('do not count where they keep nothing', async () => {
    const { statuses } = await open();
    assert.deepEqual(await statuses('POST /no-op', 100, 'ann'), { 200: 100 });
    assert.deepEqual(await statuses('POST /no-op', 100, 'ann'), { 200: 100 });
  });
});

describe('reads', { timeout: 30_000 }, () => {
  test('are refused with 429 when they come faster than an account or an address may', async () => {
    const { statuses, refusals, clock } = await open({ accountReadsPerSecond: 2, addressReadsPerSecond: 1 });
    assert.deepEqual(await statuses('GET /reads', 22, 'ann'), { 200: 20, 429: 2 });
    assert.deepEqual(await statuses('GET /reads', 20, 'bob'), { 200: 20 }, 'another account');
    assert.deepEqual(await statuses('GET /open', 12), { 200: 10, 429: 2 });
    assert.deepEqual(
      await statuses('POST /writes', 20, 'ann'),
      { 200: 20 },
      'writes have a rate of their own',
    );
    assert.deepEqual(new Set(refusals), new Set(['account_reads', 'address_reads']));
    await clock.advance(1_000);
    assert.deepEqual(await statuses('GET /reads', 3, 'ann'), { 200: 2, 429: 1 });
  });
});

describe('what is under way', { timeout: 30_000 }, () => {
  test('of one account is bounded, and there is room again once it is answered', async () => {
    const { ask, statuses, refusals, release } = await open({ accountRequestsMax: 3 });
    const slow = [1, 2, 3].map(() => ask('GET /slow', 'ann'));
    while ((await ask('GET /reads', 'ann')).status !== 429);
    assert.deepEqual(new Set(refusals), new Set(['account_requests']));
    assert.equal((await ask('GET /reads', 'bob')).status, 200);
    release();
    await Promise.all(slow.map(async (answer) => (await answer).text()));
    assert.deepEqual(await statuses('GET /reads', 1, 'ann'), { 200: 1 });
  });

  test('of one address is bounded whatever it says to be, and this machine is left out where it is not limited', async () => {
    for (const limitsLoopback of [true, false]) {
      const { ask, release } = await open({ addressRequestsMax: 3, limitsLoopback });
      const slow = ['ann', 'bob', 'cho'].map((account) => ask('GET /slow', account));
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.equal((await ask('GET /reads', 'dan')).status, limitsLoopback ? 429 : 200);
      release();
      await Promise.all(slow.map(async (answer) => (await answer).text()));
    }
  });

  test('without an account is limited by the address', async () => {
    const { statuses, refusals } = await open({ addressWritesPerSecond: 2 });
    assert.deepEqual(await statuses('POST /renewals', 22), { 200: 20, 429: 2 });
    assert.deepEqual(new Set(refusals), new Set(['address_writes']));
  });
});

describe('event streams', { timeout: 30_000 }, () => {
  test('are bounded for an address with 503 and Retry-After, and a place is free when one ends', async () => {
    const { ask, refusals } = await open({ addressStreamsMax: 2, addressRequestsMax: 3 });
    const leave = new AbortController();
    const streams = [await ask('GET /streams', undefined, leave.signal), await ask('GET /streams')];
    assert.deepEqual(
      streams.map(({ status }) => status),
      [200, 200],
    );
    const refused = await ask('GET /streams');
    assert.equal(refused.status, 503);
    assert.equal(refused.headers.get('retry-after'), '5');
    assert.equal(((await refused.json()) as { code: string }).code, 'overloaded');
    assert.deepEqual(refusals, ['streams']);
    leave.abort();
    let again = await ask('GET /streams');
    while (again.status === 503) again = await ask('GET /streams');
    assert.equal(again.status, 200);
    await Promise.all([again, streams[1]!].map(async (stream) => stream.body?.cancel()));
  });

  test('are bounded in all, also where the address is not', async () => {
    const { ask } = await open({ streamsMax: 2, limitsLoopback: false });
    const streams = [await ask('GET /streams'), await ask('GET /streams')];
    assert.equal((await ask('GET /streams')).status, 503);
    await Promise.all(streams.map(async (stream) => stream.body?.cancel()));
  });

  test('of one account are bounded with 429, and do not count among its requests', async () => {
    const { ask } = await open({ accountStreamsMax: 2, accountRequestsMax: 1 });
    const streams = [await ask('GET /own-streams', 'ann'), await ask('GET /own-streams', 'ann')];
    assert.equal((await ask('GET /own-streams', 'ann')).status, 429);
    assert.equal((await ask('GET /reads', 'ann')).status, 200);
    streams.push(await ask('GET /own-streams', 'bob'));
    assert.equal(streams.at(-1)!.status, 200, 'another account');
    await Promise.all(streams.map(async (stream) => stream.body?.cancel()));
  });
});
