/** The system in roles: an api and a worker as processes would be, behind a gateway. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createDatabase } from '../../src/adapters/postgres/database.ts';
import { buildGateway, type GatewayApp } from '../../src/app/gateway.ts';
import { type App, buildApp } from '../../src/app.ts';
import { ConfigError, readConfig } from '../../src/config/config.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { anyone } from '../../src/platform/auth/access.ts';
import {
  createInternalTokens,
  INSTANCE_HEADER,
  INTERNAL_TOKEN_HEADER,
  type InternalRequest,
} from '../../src/platform/auth/internal-tokens.ts';
import { staticRegistry } from '../../src/platform/discovery/registry.ts';
import { isRepeatable } from '../../src/platform/gateway/retries.ts';
import { createLogger } from '../../src/platform/observability/logger.ts';
import { codeOf, send } from '../support/gateway/world.ts';
import type { OpenApiDocument } from '../support/openapi.ts';
import { OWN_DATA_DIR } from '../support/own-data-dir.ts';
import { acquireTestDatabase, type TestDatabase } from '../support/postgres.ts';

const SECRET = 'an internal secret of this very test 0123456789';
const ENVIRONMENT = {
  PORT: '0',
  INTERNAL_PORT: '0',
  DATA_DIR: OWN_DATA_DIR,
  INTERNAL_SECRET: SECRET,
  TRUST_PROXY: '127.0.0.1,10.0.0.0/8',
  DRAIN_MS: '0',
};
const WHERE = '/test/where?a=1';

let testDatabase: TestDatabase;
let api: App;
let worker: App;
let gateway: GatewayApp;
const logger = createLogger({ level: 'silent', format: 'json' });

before(async () => {
  testDatabase = await acquireTestDatabase();
  api = await startRoles('api');
  worker = await startRoles('worker');
  const config = readConfig({ ...ENVIRONMENT, ROLES: 'gateway', API_DNS: 'unused:1' });
  gateway = await buildGateway(config, { logger, registry: staticRegistry([api.address()]) });
  await gateway.start();
});

after(async () => {
  await gateway.stop();
  await api.stop();
  await worker.stop();
  await testDatabase.release();
});

async function startRoles(roles: string): Promise<App> {
  const database = createDatabase({ connection: testDatabase.connection });
  const config = readConfig({ ...ENVIRONMENT, ROLES: roles });
  const app = await buildApp(config, { logger, storage: { database, close: () => database.close() } });
  const route = { config: { access: anyone }, schema: { hide: true } };
  app.server.get('/test/where', route, ({ ip, protocol }) => ({ ip, protocol }));
  await app.start();
  return app;
}

const where = async (address: string, headers: Record<string, string>) => {
  const answer = await send(address, WHERE, { headers });
  return answer.status === 200 ? (JSON.parse(answer.text) as object) : [answer.status, codeOf(answer)];
};

test('an api believes the gateway of where a request comes from, and nobody else', async () => {
  const forwarded = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' };
  const seen = { ip: '203.0.113.7', protocol: 'https' };
  assert.deepEqual(await where(gateway.address(), forwarded), seen);
  const proxies = { ...forwarded, 'x-forwarded-for': '198.51.100.1, 203.0.113.7, 10.0.0.9' };
  assert.deepEqual(await where(gateway.address(), proxies), seen, 'proxies of TRUST_PROXY are passed over');
  const direct = { ip: '127.0.0.1', protocol: 'http' };
  assert.deepEqual(await where(api.address(), forwarded), direct);
  assert.deepEqual(await where(gateway.address(), { ...forwarded, [INTERNAL_TOKEN_HEADER]: 'forged' }), seen);
});

test('internal tokens that are forged, for another request or for another instance are refused', async () => {
  const ready = await send(api.address(), '/health/ready');
  const instance = String(ready.headers[INSTANCE_HEADER]);
  const said: InternalRequest = {
    method: 'GET',
    target: WHERE,
    forwardedFor: '203.0.113.7',
    forwardedProto: 'https',
  };
  const headersOf = (token: string) => ({
    'x-forwarded-for': said.forwardedFor,
    'x-forwarded-proto': said.forwardedProto,
    [INTERNAL_TOKEN_HEADER]: token,
  });
  const tokens = createInternalTokens(SECRET, systemClock);
  const good = tokens.sign(instance, said);
  assert.deepEqual(await where(api.address(), headersOf(good)), { ip: '203.0.113.7', protocol: 'https' });
  const refused = [401, 'internal_token_invalid'];
  assert.deepEqual(await where(api.address(), headersOf('forged')), refused);
  assert.deepEqual(
    await where(api.address(), headersOf(createInternalTokens('x', systemClock).sign(instance, said))),
    refused,
  );
  assert.deepEqual(
    await where(api.address(), headersOf(tokens.sign(instance, { ...said, target: '/v1/points' }))),
    refused,
  );
  assert.deepEqual(
    await where(api.address(), { ...headersOf(good), 'x-forwarded-for': '198.51.100.1' }),
    refused,
  );
  assert.deepEqual(await where(api.address(), headersOf(tokens.sign('another', said))), [
    421,
    'wrong_instance',
  ]);
});

test('through the gateway somebody signs up, signs in and is known', async () => {
  const person = { email: 'member@roles.example', password: 'a password of this test' };
  const post = (path: string, body: object) =>
    send(gateway.address(), path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  assert.equal((await post('/v1/accounts', { ...person, name: 'Member' })).status, 201);
  const session = await post('/v1/sessions', person);
  assert.equal(session.status, 201, session.text);
  const { accessToken } = JSON.parse(session.text) as { accessToken: string };
  const me = await send(gateway.address(), '/v1/points', {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  assert.equal(me.status, 200, me.text);
  const nobody = await send(gateway.address(), '/v1/points');
  assert.deepEqual([nobody.status, codeOf(nobody)], [401, 'token_missing']);
});

test('an api and a worker together consume what one process does, and each once', async () => {
  const database = createDatabase({ connection: testDatabase.connection });
  const whole = await buildApp(readConfig(ENVIRONMENT), {
    logger,
    storage: { database, close: () => database.close() },
  });
  const names = (app: App) => app.consumers.map(({ name }) => name);
  assert.deepEqual([...names(api), ...names(worker)].toSorted(), names(whole).toSorted());
  await whole.stop();
  assert.equal((await send(worker.address(), '/health/ready')).status, 200);
  assert.equal((await send(worker.address(), '/v1/concerts')).status, 404, 'a worker serves nobody');
});

test('what the gateway repeats under a key keeps its answer there', async () => {
  const document = JSON.parse((await send(gateway.address(), '/openapi.json')).text) as OpenApiDocument;
  const url = (path: string) => path.replace(/\{\w+\}/g, 'x');
  const writes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => method === 'post' || method === 'patch')
      .map(([method, { parameters = [] }]) => ({
        method: method.toUpperCase(),
        url: url(path),
        takesKey: JSON.stringify(parameters).includes('Idempotency-Key'),
      })),
  );
  assert.ok(writes.length > 20);
  const unsafe = writes.filter(({ method, url: target, takesKey }) => {
    const request = { method, url: target, headers: { 'idempotency-key': 'k' } };
    return !takesKey && isRepeatable(request as unknown as Parameters<typeof isRepeatable>[0]);
  });
  // Nothing is kept of it.
  assert.deepEqual(
    unsafe.map((write) => write.url).filter((target) => target !== '/v1/lab/no-op'),
    [],
  );
});

test('roles that cannot work are refused in one line', () => {
  const complaints = (environment: Record<string, string>): readonly string[] => {
    try {
      readConfig(environment);
      return [];
    } catch (error) {
      return (error as ConfigError).problems;
    }
  };
  assert.match(complaints({ ROLES: 'gateway' }).join(), /API_INSTANCES, API_DNS or API_REGISTRY/);
  assert.match(complaints({ ROLES: 'gatway' }).join(), /ROLES must be some of gateway, api, worker/);
  assert.match(
    complaints({ ROLES: 'api', API_INSTANCES: 'http://a:1', API_DNS: 'a:1' }).join(),
    /ways to say the same/,
  );
  assert.match(complaints({ API_REGISTRY: 'redis' }).join(), /REDIS_URL or REDIS_CLUSTER must be set/);
  assert.deepEqual(complaints({ ROLES: 'worker,api' }), []);
  const production = { MODE: 'production', ROLES: 'api' };
  assert.match(complaints(production).join(), /INTERNAL_SECRET must be set where roles are apart/);
  assert.match(
    complaints({ ...production, INTERNAL_SECRET: 'short' }).join(),
    /INTERNAL_SECRET must have 32/,
  );
  assert.doesNotMatch(complaints({ MODE: 'production' }).join(), /INTERNAL_SECRET/, 'one process needs none');
});
