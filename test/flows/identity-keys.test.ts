import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { decodeToken } from '../support/identity/forge.ts';
import {
  codeOf,
  type IdentityService,
  type IdentityWorld,
  openIdentityWorld,
  readMe,
  refresh,
  signIn,
  type Tokens,
} from '../support/identity/service.ts';
import { LEAD_MS } from '../support/identity/tokens.ts';

let world: IdentityWorld;
let service: IdentityService;
let manager: Tokens;

before(async () => {
  world = await openIdentityWorld();
  service = await world.start();
  manager = await signIn(service, 'manager');
});

after(() => world.close());

const readKeys = (on = service) => on.call({ method: 'GET', url: '/.well-known/jwks.json' });
const rotate = (token: string) => service.call({ method: 'POST', url: '/v1/keys/rotations', token });
const kidOf = (token: string) => decodeToken(token).header['kid'];

describe('the key set', () => {
  it('is public, may be cached for less than the lead, and holds no private part', async () => {
    const response = await readKeys();
    assert.equal(response.statusCode, 200);
    assert.equal(response.headers['content-type'], 'application/jwk-set+json; charset=utf-8');
    assert.equal(response.headers['cache-control'], 'public, max-age=30');
    for (const key of response.json<{ keys: object[] }>().keys)
      assert.deepEqual(Object.keys(key).toSorted(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  });

  it('is all that others need to verify a token', async () => {
    const keySet = (await readKeys()).json<JSONWebKeySet>();
    const currentDate = new Date(world.clock.now());
    const { payload } = await jwtVerify(manager.accessToken, createLocalJWKSet(keySet), {
      issuer: 'firstcome',
      audience: 'access',
      currentDate,
    });
    assert.deepEqual(payload['roles'], ['member', 'manager']);
  });
});

describe('POST /v1/keys/rotations', () => {
  it('is for managers', async () => {
    const member = await signIn(service);
    assert.equal(await codeOf(rotate(member.accessToken)), '403 role_required');
  });

  it('publishes the next key before it signs, and logs nobody out', async () => {
    const person = await signIn(service);
    const response = await rotate(manager.accessToken);
    assert.equal(response.statusCode, 201);
    const { kid, signsFrom } = response.json<{ kid: string; signsFrom: string }>();
    assert.equal(Date.parse(signsFrom), world.clock.now() + LEAD_MS);
    const published = (await readKeys()).json<{ keys: { kid: string }[] }>().keys.map((key) => key.kid);
    assert.ok(published.includes(kid) && published.includes(String(kidOf(person.accessToken))));
    assert.notEqual(kidOf((await signIn(service)).accessToken), kid);
    await world.clock.advance(LEAD_MS);
    assert.equal(kidOf((await signIn(service)).accessToken), kid);
    assert.equal(await codeOf(readMe(service, person.accessToken)), '200');
    assert.equal(await codeOf(refresh(service, person.refreshToken)), '200');
  });

  it('refuses nobody under load, in this process or in another', async () => {
    const other = await world.start();
    const person = await signIn(service);
    let current: Tokens = person;
    const older = [person.accessToken];
    const kids = new Set<unknown>();
    for (let step = 0; step < 30; step++) {
      const isRotation = step % 10 === 0;
      const requests = older.slice(-20).flatMap((token) => [readMe(service, token), readMe(other, token)]);
      const [next, , ...answers] = await Promise.all([
        refresh(step % 2 === 0 ? service : other, current.refreshToken),
        isRotation ? rotate(manager.accessToken) : undefined,
        ...requests,
      ]);
      assert.deepEqual(new Set(answers.map(({ statusCode }) => statusCode)), new Set([200]));
      assert.equal(next.statusCode, 200);
      current = next.json<Tokens>();
      older.push(current.accessToken);
      kids.add(kidOf(current.accessToken));
      await world.clock.advance(LEAD_MS / 5);
    }
    assert.ok(kids.size >= 3, `${kids.size} keys signed`);
    assert.deepEqual(other.tokens.errors, []);
  });

  it('is done once for one Idempotency-Key', async () => {
    const call = () =>
      service.call({
        method: 'POST',
        url: '/v1/keys/rotations',
        token: fresh.accessToken,
        headers: { 'idempotency-key': 'rotate' },
      });
    const fresh = await signIn(service, 'manager');
    const first = await call();
    assert.equal(first.statusCode, 201);
    assert.equal((await call()).body, first.body);
  });

  it('has a bound', async () => {
    const fresh = await signIn(service, 'manager');
    let code = '201';
    for (let i = 0; i < 20 && code === '201'; i++) code = await codeOf(rotate(fresh.accessToken));
    assert.equal(code, '409 rotation_limit_reached');
  });
});
