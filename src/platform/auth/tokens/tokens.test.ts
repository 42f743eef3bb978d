import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createVerifier } from 'fast-jwt';
import { createLocalJWKSet, exportSPKI, importJWK, type JWK, jwtVerify } from 'jose';
import { decodeToken, withoutMac } from '../../../../test/support/identity/forge.ts';
import { MAX_TTL_MS, startTokens, startVerifyingTokens } from '../../../../test/support/identity/tokens.ts';
import type { TokenRequest } from './token.ts';

const access: TokenRequest = {
  audience: 'access',
  subject: 'somebody',
  claims: { roles: ['member'], sid: 'session' },
  ttlMs: 60_000,
};

describe('signing', () => {
  it('gives a token that verifies, with everything it was asked to say', async () => {
    const tokens = await startVerifyingTokens();
    const signed = await tokens.signer.sign(access);
    const answer = await tokens.verify(signed.token, 'access');
    assert.ok(answer.ok);
    const { subject, issuedAt, expiresAt, claims } = answer.value;
    assert.deepEqual(
      { subject, issuedAt, expiresAt },
      {
        subject: 'somebody',
        issuedAt: tokens.clock.now(),
        expiresAt: tokens.clock.now() + 60_000,
      },
    );
    assert.deepEqual(claims['roles'], ['member']);
    assert.equal(decodeToken(signed.token).claims['jti'], signed.tokenId);
    assert.equal(signed.expiresAt, expiresAt);
  });

  it('keeps times to the millisecond', async () => {
    const tokens = await startVerifyingTokens();
    await tokens.clock.advance(123);
    const signed = await tokens.signer.sign({ ...access, ttlMs: 1_001 });
    const other = await startVerifyingTokens({ store: tokens.store, clock: tokens.clock });
    const answer = await other.verify(signed.token, 'access');
    assert.ok(answer.ok);
    assert.equal(answer.value.issuedAt, tokens.clock.now());
    assert.equal(answer.value.expiresAt, tokens.clock.now() + 1_001);
  });

  it('gives tokens that others verify with the published key set', async () => {
    const tokens = await startVerifyingTokens();
    const { token } = await tokens.signer.sign({ ...access, audience: 'pass' });
    const keySet = tokens.ring.keySet() as { keys: JWK[] };
    const currentDate = new Date(tokens.clock.now());
    const expected = { issuer: 'firstcome', audience: 'pass', typ: 'pass+jwt', algorithms: ['ES256'] };
    const { payload } = await jwtVerify(token, createLocalJWKSet(keySet), { ...expected, currentDate });
    assert.equal(payload.sub, 'somebody');

    const key = await exportSPKI(
      (await importJWK(keySet.keys[0]!, 'ES256', { extractable: true })) as CryptoKey,
    );
    const verify = createVerifier({ key, algorithms: ['ES256'], clockTimestamp: tokens.clock.now() });
    assert.equal((verify(token) as { sub: string }).sub, 'somebody');
  });

  it('refuses a life that outlasts the keys, and none at all', async () => {
    const tokens = await startVerifyingTokens();
    for (const ttlMs of [0, -1, Number.NaN, MAX_TTL_MS + 1])
      await assert.rejects(tokens.signer.sign({ ...access, ttlMs }), RangeError);
    await tokens.signer.sign({ ...access, ttlMs: MAX_TTL_MS });
  });

  it('refuses claims that it sets itself', async () => {
    const tokens = await startVerifyingTokens();
    for (const name of ['iss', 'aud', 'sub', 'exp', 'iat', 'nbf', 'jti'])
      await assert.rejects(tokens.signer.sign({ ...access, claims: { [name]: 1 } }), TypeError);
  });

  it('refuses more at once than its bound, and goes on afterwards', async () => {
    const tokens = await startVerifyingTokens({ maxPending: 2 });
    const results = await Promise.allSettled([1, 2, 3].map(() => tokens.signer.sign(access)));
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected'],
    );
    await tokens.signer.sign(access);
  });
});

describe('verifying', () => {
  it('answers at once, with the same object, for what it signed itself', async () => {
    const tokens = await startVerifyingTokens();
    const { token } = await tokens.signer.sign(access);
    const answer = tokens.verify(token, 'access');
    assert.ok(!(answer instanceof Promise));
    assert.equal(tokens.verify(token, 'access'), answer);
  });

  it('answers at once for what another process with the same secret signed', async () => {
    const one = await startVerifyingTokens();
    const other = await startVerifyingTokens({ store: one.store, clock: one.clock });
    const { token } = await one.signer.sign(access);
    const answer = other.verify(token, 'access');
    assert.ok(!(answer instanceof Promise) && answer.ok);
    assert.equal(other.verify(token, 'access'), answer);
  });

  it('answers with a promise the first time, then at once, for what has no MAC', async () => {
    const one = await startVerifyingTokens();
    const other = await startVerifyingTokens({ store: one.store, clock: one.clock });
    const token = withoutMac(one.ring.signingKey().privateKey, (await one.signer.sign(access)).token);
    const first = other.verify(token, 'access');
    assert.ok(first instanceof Promise);
    const answer = await first;
    assert.ok(answer.ok);
    assert.equal(other.verify(token, 'access'), answer);
  });

  it('verifies a token once that comes many times at once', async () => {
    const one = await startVerifyingTokens();
    const other = await startVerifyingTokens({ store: one.store, clock: one.clock });
    const token = withoutMac(one.ring.signingKey().privateKey, (await one.signer.sign(access)).token);
    const answers = await Promise.all([1, 2, 3].map(async () => other.verify(token, 'access')));
    assert.equal(new Set(answers).size, 1);
  });

  it('refuses more unknown tokens at once than its bound, and goes on afterwards', async () => {
    const one = await startVerifyingTokens();
    const other = await startVerifyingTokens({ store: one.store, clock: one.clock, maxPending: 2 });
    const { privateKey } = one.ring.signingKey();
    const signed = await Promise.all([1, 2, 3].map(() => one.signer.sign(access)));
    const bare = signed.map(({ token }) => withoutMac(privateKey, token));
    const results = await Promise.allSettled(bare.map(async (token) => other.verify(token, 'access')));
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected'],
    );
    assert.equal((await other.verify(bare[2]!, 'access')).ok, true);
  });

  it('verifies again what it forgot at its bound', async () => {
    const tokens = await startVerifyingTokens({ maxRemembered: 1 });
    const bare = withoutMac(tokens.ring.signingKey().privateKey, (await tokens.signer.sign(access)).token);
    assert.equal((await tokens.verify(bare, 'access')).ok, true);
    await tokens.signer.sign(access);
    const answer = tokens.verify(bare, 'access');
    assert.ok(answer instanceof Promise);
    assert.equal((await answer).ok, true);
  });

  it('keeps what its reader makes of a token, asked once, and refuses what the reader refuses', async () => {
    const tokens = await startTokens();
    const read: string[] = [];
    const reader = tokens.readerOf('access', ({ subject }) => {
      read.push(subject);
      return subject === 'nobody' ? undefined : { name: subject };
    });
    const { token } = await tokens.signer.sign(access);
    assert.deepEqual(reader(token), { ok: true, value: { name: 'somebody' } });
    assert.equal(reader(token), reader(token));
    assert.deepEqual(read, ['somebody']);
    const refused = await tokens.signer.sign({ ...access, subject: 'nobody' });
    assert.deepEqual(await reader(refused.token), { ok: false, code: 'token_invalid' });
    assert.throws(() => tokens.readerOf('access', () => ({})), /reader already/);
  });

  it('lets a token end at its moment, remembered or not', async () => {
    const tokens = await startVerifyingTokens();
    const { token } = await tokens.signer.sign(access);
    const other = await startVerifyingTokens({ store: tokens.store, clock: tokens.clock });
    await tokens.clock.advance(59_999);
    assert.equal((await tokens.verify(token, 'access')).ok, true);
    await tokens.clock.advance(1);
    const expired = { ok: false, code: 'token_expired' };
    assert.deepEqual(await tokens.verify(token, 'access'), expired);
    assert.deepEqual(await other.verify(token, 'access'), expired);
  });

  it('names key, algorithm, purpose and MAC in the header, and nothing else', async () => {
    const tokens = await startVerifyingTokens();
    const { token } = await tokens.signer.sign(access);
    const [key] = tokens.ring.keySet().keys;
    const { mac, ...header } = decodeToken(token).header;
    assert.deepEqual(header, { alg: 'ES256', typ: 'access+jwt', kid: key!.kid });
    assert.match(String(mac), /^[\w-]{43}$/);
  });
});
