import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { type AccessApp, startAccessApp } from '../support/access/app.ts';

const DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const ORIGIN = 'https://shop.example';

const started: AccessApp[] = [];

// One test's systems at a time: together they would take all connections of PostgreSQL.
afterEach(async () => {
  for (const system of started.splice(0)) await system.close();
});

async function startSystem(environment: Record<string, string> = {}): Promise<AccessApp> {
  const system = await startAccessApp(environment);
  started.push(system);
  return system;
}

async function start(environment: Record<string, string> = {}) {
  const system = await startSystem(environment);
  return async (url: string, headers: Record<string, string> = {}) =>
    (await system.app.server.inject({ method: 'GET', url, headers })).headers;
}

describe('what an answer tells a browser', () => {
  test('is to run, frame, sniff and leak nothing, whatever the answer is', async () => {
    const headersOf = await start();
    for (const url of ['/v1/concerts', '/v1/points', '/nothing', '/health/live', '/openapi.json', '/%']) {
      const headers = await headersOf(url);
      assert.equal(headers['content-security-policy'], DATA_POLICY, url);
      assert.equal(headers['x-content-type-options'], 'nosniff', url);
      assert.equal(headers['x-frame-options'], 'DENY', url);
      assert.equal(headers['referrer-policy'], 'no-referrer', url);
      assert.equal(headers['cross-origin-resource-policy'], 'same-origin', url);
      assert.ok(headers['x-request-id'], url);
      assert.equal(headers['strict-transport-security'], undefined, url);
    }
  });

  test('on the page of the API is to load what comes from here, and nothing from elsewhere', async () => {
    const headersOf = await start();
    const headers = await headersOf('/docs/');
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /script-src 'self'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /https:|swagger\.io|unsafe|upgrade-insecure/);
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
  });

  test('is to insist on HTTPS only where that is configured', async () => {
    const headersOf = await start({ HTTPS_ONLY_MS: '86400000' });
    assert.equal(
      (await headersOf('/v1/concerts'))['strict-transport-security'],
      'max-age=86400; includeSubDomains',
    );
  });

  test('is to keep nothing that is private, whatever the answer is', async () => {
    const headersOf = await start();
    for (const url of ['/v1/points', '/v1/reservations', '/v1/accounts/me', '/v1/accounts', '/v1/rooms'])
      assert.equal((await headersOf(url))['cache-control'], 'no-store', url);
    assert.notEqual((await headersOf('/v1/concerts'))['cache-control'], 'no-store');
  });

  test('is what pages of a partner may send and read', async () => {
    const { app } = await startSystem({ CORS_ORIGINS: `https://other.example,${ORIGIN}` });
    const headers = {
      origin: ORIGIN,
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization,idempotency-key,if-match,room-pass',
    };
    const preflight = await app.server.inject({ method: 'OPTIONS', url: '/v1/reservations', headers });
    assert.equal(preflight.statusCode, 204);
    assert.equal(preflight.headers['access-control-allow-origin'], ORIGIN);
    assert.equal(preflight.headers['access-control-allow-credentials'], undefined);
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
      assert.match(String(preflight.headers['access-control-allow-methods']), new RegExp(`\\b${method}\\b`));
    const allowed = String(preflight.headers['access-control-allow-headers']).toLowerCase();
    for (const name of ['authorization', 'content-type', 'idempotency-key', 'if-match', 'room-pass'])
      assert.ok(allowed.includes(name), name);
    const refused = await app.server.inject({
      method: 'GET',
      url: '/v1/points',
      headers: { origin: ORIGIN },
    });
    assert.equal(refused.statusCode, 401);
    const exposed = String(refused.headers['access-control-expose-headers']).toLowerCase();
    for (const name of ['retry-after', 'etag', 'x-request-id']) assert.ok(exposed.includes(name), name);
  });

  test('is whose pages may call, where others are named, and nothing of it else', async () => {
    const closed = await (await start())('/v1/concerts', { origin: ORIGIN });
    assert.equal(closed['access-control-allow-origin'], undefined);
    const open = await start({ CORS_ORIGINS: ORIGIN });
    assert.equal((await open('/v1/concerts', { origin: ORIGIN }))['access-control-allow-origin'], ORIGIN);
    const other = await open('/v1/concerts', { origin: 'https://elsewhere.example' });
    assert.notEqual(other['access-control-allow-origin'], 'https://elsewhere.example');
  });
});
