import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { afterEach, beforeEach } from 'node:test';
import { Type } from 'typebox';
import { systemClock } from '../../src/kernel/clock.ts';
import { Fault } from '../../src/kernel/faults.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { defineProblems } from '../../src/kernel/problems.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { refuse } from '../../src/kernel/result.ts';
import { anyone, member } from '../../src/platform/auth/access.ts';
import { acceptIdempotencyKeys, idempotentWrite } from '../../src/platform/http/idempotency.ts';
import { sendRefusal } from '../../src/platform/http/problem.ts';
import { createHttpServer, type HttpServer } from '../../src/platform/http/server.ts';
import { batchAnswers } from '../../src/platform/idempotency/batched-answers.ts';
import type { IdempotencyStore } from '../../src/platform/idempotency/ports.ts';
import { createLogger } from '../../src/platform/observability/logger.ts';
import { createMemoryIdempotencyStore } from './memory-idempotency-store.ts';

const ANN = '0198c0de-0000-7000-8000-00000000000a';
const BOB = '0198c0de-0000-7000-8000-00000000000b';

/** What the next write does; tests set it. */
export type Plan = {
  gate?: Promise<void>;
  refuse?: 'seat_taken' | 'slow_down';
  fail?: Error;
  /** The answer is saved with the effect, as by a use case with a transaction. */
  withEffect?: boolean;
  /** The use case rendered its answer, and its transaction was undone. */
  undone?: boolean;
};

const problems = defineProblems({
  seat_taken: { kind: 'conflict', title: 'Taken', remedy: 'Choose another.' },
  slow_down: { kind: 'rate_limited', title: 'Slow down', remedy: 'Wait.', retryAfterSeconds: 1 },
});

/** What the tests say and see. */
export const scene = {
  plan: {} as Plan,
  /** How often the write ran. */
  runs: 0,
  /** How often the store was asked. */
  finds: 0,
  storeFails: undefined as Error | undefined,
};

let store: IdempotencyStore;
const servers: HttpServer[] = [];

/** Puts everything back between tests; call it once in a file. */
export function setTheScene(): void {
  beforeEach(() => {
    const memory = createMemoryIdempotencyStore();
    store = {
      find(refs) {
        scene.finds += 1;
        return scene.storeFails ? Promise.reject(scene.storeFails) : memory.find(refs);
      },
      save: (records) => (scene.storeFails ? Promise.reject(scene.storeFails) : memory.save(records)),
    };
    scene.finds = 0;
    scene.runs = 0;
    scene.plan = {};
    scene.storeFails = undefined;
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });
}

/** One instance of the service; several share the store. */
export async function createInstance(waitMsMax = 5_000): Promise<HttpServer> {
  const ids = createIds(systemClock, systemRandom);
  const { server } = await createHttpServer({
    logger: createLogger({ level: 'silent', format: 'json' }),
    ids,
    problems,
    authenticate: (token) => ({
      ok: true,
      value: {
        accountId: token === 'bob' ? BOB : ANN,
        roles: new Set(),
        sessionId: 's',
        expiresAt: Infinity,
      },
    }),
  });
  acceptIdempotencyKeys(server, {
    answers: batchAnswers(store, { clock: systemClock }),
    clock: systemClock,
    secretKey: 'a secret of the tests, long enough',
    waitMsMax,
  });
  addRoutes(server);
  servers.push(server);
  // Requests that come before it is ready may overtake each other.
  await server.ready();
  return server;
}

function addRoutes(server: HttpServer): void {
  const body = Type.Object({ seat: Type.String(), note: Type.Optional(Type.String()) });
  // The response schema orders fields otherwise than the view, and drops one: what is sent must still be
  // what is stored.
  const response = { 201: Type.Object({ seat: Type.String(), run: Type.Integer() }) };
  server.post(
    '/things',
    { schema: { body, response }, config: { access: member, idempotent: true } },
    async (request, reply) => {
      const { seat } = request.body as { seat: string };
      const current = scene.plan;
      await current.gate;
      scene.runs += 1;
      const value = { run: scene.runs, seat, extra: 'é' };
      if (current.undone) idempotentWrite<typeof value>(request, 201, (it) => it)?.answer(value);
      if (current.withEffect) {
        const write = idempotentWrite<typeof value>(request, 201, (it) => it);
        if (write) {
          const record = { ...write.ref, ...write.answer(value) };
          const [kept] = await store.save([record]);
          if (kept?.body !== record.body) throw new Fault('idempotency_conflict', 'late');
        }
      }
      if (current.fail) throw current.fail;
      if (current.refuse) return sendRefusal(reply, refuse(current.refuse));
      return reply.code(201).send(value);
    },
  );
  server.delete('/things', { config: { access: member, idempotent: true } }, async (_request, reply) => {
    scene.runs += 1;
    return reply.code(204).send();
  });
  server.post('/open', { config: { access: anyone, idempotent: true } }, async () => ({ run: ++scene.runs }));
  server.post('/plain', { config: { access: member } }, async () => ({ run: ++scene.runs }));
}

type Call = {
  seat?: string;
  key?: string | string[];
  who?: string;
  path?: string;
  method?: 'POST' | 'DELETE';
};

// Asynchronous, so that the request is on its way when this returns: `inject` alone waits for its `then`.
export async function call(
  server: HttpServer,
  { seat = 'A-1', key, who = 'ann', path = '/things', method = 'POST' }: Call,
) {
  return server.inject({
    method,
    url: path,
    headers: {
      authorization: `Bearer ${who}`,
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(method === 'POST' ? { payload: { seat } } : {}),
  });
}

type Answer = Awaited<ReturnType<typeof call>>;

export function assertSame(again: Answer, first: Answer): void {
  assert.equal(again.statusCode, first.statusCode);
  assert.equal(again.body, first.body);
  assert.equal(again.headers['content-type'], first.headers['content-type']);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  assert.equal(first.headers['idempotency-replayed'], undefined);
}

/** Writes a request on a socket of its own; two headers of one name are possible here. */
export function rawRequest(
  port: number,
  headers: string[],
  body: string,
): { answer: Promise<string>; cut: () => void } {
  const socket = connect(port, '127.0.0.1');
  const answer = new Promise<string>((resolve) => {
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', () => resolve(text));
  });
  const lines = [
    'POST /things HTTP/1.1',
    'host: localhost',
    'connection: close',
    'authorization: Bearer ann',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...headers,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  return { answer, cut: () => socket.destroy() };
}

export async function listen(server: HttpServer): Promise<number> {
  await server.listen({ port: 0, host: '127.0.0.1' });
  return (server.server.address() as { port: number }).port;
}
