import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { afterEach, beforeEach } from 'node:test';
import { Type } from 'typebox';
import { systemClock } from '../../src/kernel/clock.ts';
import { Fault } from '../../src/kernel/faults.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { defineProblems } from '../../src/kernel/problems.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { ok, refuse } from '../../src/kernel/result.ts';
import { anyone, member } from '../../src/platform/auth/access.ts';
import { operationConfig, operationRoute } from '../../src/platform/http/operations.ts';
import { createHttpServer, type HttpServer } from '../../src/platform/http/server.ts';
import { type IdempotencyStore, resultRecord } from '../../src/platform/idempotency/ports.ts';
import { createLogger } from '../../src/platform/observability/logger.ts';
import { defineOperation } from '../../src/platform/operations/operation.ts';
import { createMemoryIdempotencyStore } from './memory-idempotency-store.ts';
import { acceptTestOperations } from './operations.ts';

const ANN = '0198c0de-0000-7000-8000-00000000000a';
const BOB = '0198c0de-0000-7000-8000-00000000000b';

/** What the next write does; tests set it. */
export type Plan = {
  gate?: Promise<void>;
  refuse?: 'seat_taken' | 'slow_down';
  fail?: Error;
  /** The result is saved with the effect, as by a use case with a transaction. */
  withEffect?: boolean;
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
  acceptTestOperations(server, { store, problems, waitMsMax });
  addRoutes(server);
  servers.push(server);
  // Requests that come before it is ready may overtake each other.
  await server.ready();
  return server;
}

type Thing = { readonly run: number; readonly seat: string; readonly extra: string };

const DIRECT = { queueable: false, priority: 'normal' } as const;

const takeThing = defineOperation({
  ...DIRECT,
  operationId: 'takeThing',
  input: Type.Object({ seat: Type.String() }),
  access: member,
  idempotent: true,
  problems: ['seat_taken', 'slow_down'],
  async run({ key }, { seat }) {
    const current = scene.plan;
    await current.gate;
    scene.runs += 1;
    const effect: Thing = { run: scene.runs, seat, extra: 'é' };
    if (current.withEffect && key) {
      const record = resultRecord({ ref: key, known: { seat } }, effect);
      const [kept] = await store.save([record]);
      if (kept?.result !== record.result) throw new Fault('idempotency_conflict', 'late');
    }
    if (current.fail) throw current.fail;
    if (current.refuse) return refuse(current.refuse, undefined, { seats: [seat] });
    return ok(effect);
  },
  savesResult: () => scene.plan.withEffect === true,
  present: (thing: Thing) => thing,
});

const counted = (operationId: string, access: typeof member) =>
  defineOperation({
    ...DIRECT,
    operationId,
    input: Type.Null(),
    access,
    idempotent: true,
    problems: [],
    run: () => ok({ run: ++scene.runs }),
    savesResult: () => false,
    present: (value) => (operationId === 'dropThings' ? null : value),
  });
const dropThings = counted('dropThings', member);
const openThing = counted('openThing', anyone);

function addRoutes(server: HttpServer): void {
  const body = Type.Object({ seat: Type.String(), note: Type.Optional(Type.String()) });
  // The response schema orders fields otherwise than the value, and drops one: the first time and each time after.
  const response = { 201: Type.Object({ seat: Type.String(), run: Type.Integer() }) };
  const take = operationRoute(takeThing, { status: 201 });
  server.post(
    '/things',
    { schema: { body, response }, config: operationConfig(takeThing) },
    (request, reply) => take(request, reply, { seat: request.body.seat }),
  );
  const drop = operationRoute(dropThings, { status: 204 });
  server.delete('/things', { config: operationConfig(dropThings) }, (request, reply) =>
    drop(request, reply, null),
  );
  const open = operationRoute(openThing, { status: 200 });
  server.post('/open', { config: operationConfig(openThing) }, (request, reply) =>
    open(request, reply, null),
  );
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
