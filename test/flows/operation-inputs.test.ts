/** What a write takes is declared with it, and its route takes neither more nor less. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { refuse } from '../../src/kernel/result.ts';
import type { Access } from '../../src/platform/auth/access.ts';
import type { Operation } from '../../src/platform/operations/operation.ts';
import { type AccessApp, startAccessApp } from '../support/access/app.ts';
import { accessTokenOf } from '../support/access-token.ts';
import { type Schema, sampleOf, UNKNOWN_ID } from '../support/bad-input.ts';
import type { OpenApiDocument } from '../support/openapi.ts';
import { smallPlan } from '../support/seat-plans.ts';

type Input = Readonly<Record<string, unknown>>;
/** In demo mode only, and no operations: they change nothing of a shop. */
const FOR_DEMOS: readonly string[] = ['/v1/lab/no-op', '/v1/demo/crowds', '/v1/demo/crowds/current'];

type Route = {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly hasBody: boolean;
  readonly takesKey: boolean;
};
type Sent = Pick<Route, 'method' | 'url'> & { readonly body?: unknown };
type Taken = { readonly operation: Operation; readonly input: unknown };

let system: AccessApp;
let token: string;
let routes: ReadonlyMap<string, Route>;
let operations: readonly Operation[];
/** What routes handed to operations since the last look. */
let taken: Taken[] = [];

before(async () => {
  const environment = { ACCOUNT_WRITES_PER_SECOND: '1000000', ACCOUNT_WRITES_AT_ONCE: '1000000' };
  system = await startAccessApp(environment);
  token = await accessTokenOf(system.tokens, ['member', 'seller', 'manager']);
  const { server } = system.app;
  const answer = await server.inject({ method: 'GET', url: '/openapi.json' });
  routes = routesOf(answer.json<OpenApiDocument>());
  operations = system.app.operations.all();
  // What routes make of requests is looked at, and nothing is carried out.
  Object.assign(server.operations, {
    execute(operation: Operation, _context: unknown, input: unknown) {
      taken.push({ operation, input: structuredClone(input) });
      return { result: refuse('rate_limited'), isReplayed: false };
    },
  });
});

after(() => system.close());

function routesOf(document: OpenApiDocument): ReadonlyMap<string, Route> {
  return new Map(
    Object.entries(document.paths).flatMap(([url, item]) =>
      Object.entries(item).map(([method, operation]) => [
        operation.operationId ?? '',
        {
          method: method.toUpperCase() as Route['method'],
          url,
          hasBody: 'requestBody' in operation,
          takesKey: operation.parameters?.some(({ name }) => name === 'Idempotency-Key') === true,
        },
      ]),
    ),
  );
}

const schemaOf = ({ input }: Operation): Schema => input;

/** Inputs of which a sample cannot be made from the schema alone. */
const SAMPLES: Readonly<Record<string, object>> = {
  createVenue: { name: 'Hall', address: 'Seoul', stages: [{ name: 'Main', plan: smallPlan }] },
  changeRoom: { performanceId: UNKNOWN_ID, patch: { state: 'paused' } },
};

function sampleFor(operation: Operation): Input | null {
  const { [operation.operationId]: sample = sampleOf(schemaOf(operation)) } = SAMPLES;
  return sample as Input | null;
}

/** What an edge adds of its own: addresses, headers, cookies. */
const OF_THE_EDGE = new Set([
  'clientAddress',
  'origin',
  'deviceToken',
  'replacedToken',
  'pass',
  'how',
  'seen',
  'gateOfPass',
]);
const IDS = ['id', 'performanceId', 'reservationId', 'accountId', 'concertId', 'paymentId'];

/** What an input calls the parameter of a route's address. */
function parameterOf(url: string, input: Input): string | undefined {
  const name = /\{(\w+)\}/.exec(url)?.[1];
  return name === 'id' ? IDS.find((id) => id in input) : name;
}

/** The place of the body in an input: below one name, or beside what else there is. */
const nestOf = (input: Input) => ['patch', 'body'].find((name) => name in input);

const routeOf = ({ operationId }: Operation): Route =>
  routes.get(operationId) ?? assert.fail(`${operationId} has no route`);

/** The request that a client makes for an input; what is in it of the edge's the client cannot say. */
function requestFor(operation: Operation, input: Input): Sent {
  const { method, url, hasBody } = routeOf(operation);
  const id = parameterOf(url, input);
  const rest = Object.entries(input).filter(([name]) => name !== id && !OF_THE_EDGE.has(name));
  const nest = nestOf(input);
  return {
    method,
    url: id === undefined ? url : url.replace(/\{\w+\}/, encodeURIComponent(String(input[id]))),
    ...(!hasBody ? {} : { body: nest === undefined ? Object.fromEntries(rest) : input[nest] }),
  };
}

/** @returns what the route made of a request, if it took it */
async function send({ method, url, body }: Sent): Promise<Taken | undefined> {
  taken = [];
  const authorization = `Bearer ${token}`;
  await system.app.server.inject({
    method,
    url,
    ...(body === undefined
      ? { headers: { authorization } }
      : {
          headers: { authorization, 'content-type': 'application/json' },
          payload: JSON.stringify(body),
        }),
  });
  return taken[0];
}

const isValid = (operation: Operation, input: unknown) =>
  system.app.operations.check(operation, structuredClone(input)).ok;

const VALUES = [
  null,
  [],
  {},
  true,
  -1,
  0.5,
  5,
  '',
  'x',
  'paused',
  UNKNOWN_ID.toUpperCase(),
  'x'.repeat(9_000),
];

/** An input with one thing changed that a client may say: right or wrong, both have to say the same. */
function* variantsOf(operation: Operation, input: Input): Generator<Input> {
  const { url, hasBody } = routeOf(operation);
  const id = parameterOf(url, input);
  for (const value of ['x', '0', UNKNOWN_ID.toUpperCase()])
    if (id !== undefined) yield { ...input, [id]: value };
  if (!hasBody) return;
  const nest = nestOf(input);
  const inner = nest === undefined ? input : (input[nest] as Input);
  const schema = schemaOf(operation);
  const properties = (nest === undefined ? schema : schema.properties?.[nest])?.properties ?? {};
  const outer = (changed: Input): Input => (nest === undefined ? changed : { ...input, [nest]: changed });
  for (const name of Object.keys(properties).filter((one) => one !== id && !OF_THE_EDGE.has(one))) {
    for (const value of VALUES) yield outer({ ...inner, [name]: value });
    yield outer(Object.fromEntries(Object.entries(inner).filter(([one]) => one !== name)));
  }
  yield outer({ ...inner, unknown: 1 });
}

describe('the operations', () => {
  test('are all writes of the API, each with the access of its route and with its key', () => {
    const writes = [...routes].filter(
      ([, { method, url }]) => /^(?:POST|PUT|PATCH|DELETE)$/.test(method) && !FOR_DEMOS.includes(url),
    );
    assert.deepEqual(
      writes.map(([operationId]) => operationId).toSorted(),
      operations.map(({ operationId }) => operationId).toSorted(),
    );
    const rule = (access: Access | undefined) => [access?.who, access?.owner, access?.knowsMembers];
    for (const [operationId, { method, url, takesKey }] of writes) {
      const operation = system.app.operations.find(operationId);
      const route = system.app.routes.find(
        (one) => one.method === method && one.url.replaceAll(/:(\w+)/g, '{$1}') === url,
      );
      assert.deepEqual(rule(operation?.access), rule(route?.access), operationId);
      assert.equal(operation?.idempotent, takesKey, operationId);
    }
  });

  test('that may wait in the request queue are holds, cancellations and charges', () => {
    assert.deepEqual(
      operations.filter(({ queueable }) => queueable).map(({ operationId }) => operationId),
      ['reserveSeats', 'cancelReservation', 'chargePoints'],
    );
    const charge = system.app.operations.find('chargePoints');
    const input = { origin: 'http://localhost', amount: { amount: 1, currency: 'KRW' } };
    assert.equal(charge?.mayWait?.(input), true);
    assert.equal(charge?.mayWait?.({ ...input, method: 'card' }), false);
  });

  test('that are turned away last are payments, check-ins, places in line and sessions', () => {
    const last = operations.filter(({ priority }) => priority === 'high');
    assert.deepEqual(last.map(({ operationId }) => operationId).toSorted(), [
      'checkIn',
      'confirmPayment',
      'decideSimulatedCheckout',
      'joinRoom',
      'leaveRoom',
      'logIn',
      'logOut',
      'payReservation',
      'receivePaymentCallback',
      'refreshSession',
      'settleScans',
      'undoCheckIn',
    ]);
  });
});

describe('the input of an operation', () => {
  test('is what its route makes of a request', async () => {
    for (const operation of operations) {
      const input = sampleFor(operation);
      assert.ok(isValid(operation, input), `${operation.operationId}: the sample is not valid`);
      const seen = await send(requestFor(operation, input ?? {}));
      assert.equal(seen?.operation, operation, operation.operationId);
      assert.ok(isValid(operation, seen?.input), `${operation.operationId}: ${JSON.stringify(seen?.input)}`);
    }
  });

  test('is refused where the route refuses, and there alone', async () => {
    const differing: string[] = [];
    const verdicts = { taken: 0, refused: 0 };
    for (const operation of operations) {
      const input = sampleFor(operation);
      if (input === null) continue;
      for (const variant of variantsOf(operation, input)) {
        const sent = requestFor(operation, variant);
        const seen = await send(sent);
        verdicts[seen ? 'taken' : 'refused'] += 1;
        if ((seen !== undefined) !== isValid(operation, variant))
          differing.push(
            `${operation.operationId} ${seen ? 'takes' : 'refuses'} ${JSON.stringify(sent).slice(0, 200)}`,
          );
      }
    }
    assert.deepEqual(differing, []);
    assert.ok(verdicts.taken > 50 && verdicts.refused > 500, JSON.stringify(verdicts));
  });
});
