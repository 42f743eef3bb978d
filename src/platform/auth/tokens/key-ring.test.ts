import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeToken } from '../../../../test/support/identity/forge.ts';
import { createMemoryKeyStore } from '../../../../test/support/identity/memory-key-store.ts';
import {
  LEAD_MS,
  MAX_TTL_MS,
  startVerifyingTokens,
  type VerifyingTokens,
} from '../../../../test/support/identity/tokens.ts';

const DAY_MS = 86_400_000;

async function sign(tokens: VerifyingTokens, ttlMs = 600_000): Promise<string> {
  return (await tokens.signer.sign({ audience: 'access', subject: 's', claims: {}, ttlMs })).token;
}

const kidOf = (token: string) => decodeToken(token).header['kid'];
const kids = (tokens: VerifyingTokens) => tokens.ring.keySet().keys.map(({ kid }) => kid);
const isGood = async (tokens: VerifyingTokens, token: string) => (await tokens.verify(token, 'access')).ok;

/** Waits for work that the manual clock set off and does not wait for: keys are opened in the thread pool. */
async function haveKeys(all: readonly VerifyingTokens[], count: number): Promise<void> {
  while (all.some((tokens) => kids(tokens).length !== count)) await sleep(5);
}

describe('key rotation', () => {
  it('publishes the new key at once and signs with it when everyone can know it', async () => {
    const tokens = await startVerifyingTokens();
    const [old] = kids(tokens);
    const rotation = await tokens.ring.rotate();
    assert.ok(rotation.ok);
    const { kid, signsFrom } = rotation.value;
    assert.equal(signsFrom, tokens.clock.now() + LEAD_MS);
    assert.deepEqual(kids(tokens), [old, kid]);
    assert.equal(kidOf(await sign(tokens)), old);
    await tokens.clock.advance(LEAD_MS - 1);
    assert.equal(kidOf(await sign(tokens)), old);
    await tokens.clock.advance(1);
    assert.equal(kidOf(await sign(tokens)), kid);
  });

  it('ends no token early, and the key with its last token', async () => {
    const tokens = await startVerifyingTokens();
    const other = await startVerifyingTokens({ store: tokens.store, clock: tokens.clock });
    const [old] = kids(tokens);
    await tokens.ring.rotate();
    await tokens.clock.advance(LEAD_MS - 1);
    const last = await sign(tokens, MAX_TTL_MS);
    assert.equal(kidOf(last), old);
    await tokens.clock.advance(MAX_TTL_MS - 1);
    assert.equal(await isGood(tokens, last), true);
    assert.equal(await isGood(other, last), true, 'where it was never seen before');
    assert.ok(kids(tokens).includes(old!));
    await tokens.clock.advance(2);
    assert.equal(await isGood(tokens, last), false);
    assert.ok(!kids(tokens).includes(old!));
    await tokens.clock.advance(LEAD_MS);
    assert.equal((await tokens.store.load()).length, 1, 'and it is deleted');
  });

  it('happens by itself when a key has reached its age, once for all processes', async () => {
    const store = createMemoryKeyStore();
    const one = await startVerifyingTokens({ store, keyMaxAgeMs: DAY_MS });
    const { clock } = one;
    const others = [
      await startVerifyingTokens({ store, clock, keyMaxAgeMs: DAY_MS }),
      await startVerifyingTokens({ store, clock, keyMaxAgeMs: DAY_MS }),
    ];
    const [first] = kids(one);
    await clock.advance(DAY_MS - LEAD_MS - 1);
    assert.deepEqual(kids(one), [first]);
    await clock.advance(LEAD_MS / 3);
    await haveKeys([one, ...others], 2);
    await clock.advance(LEAD_MS);
    const second = kidOf(await sign(one));
    assert.notEqual(second, first);
    for (const tokens of others) assert.equal(kidOf(await sign(tokens)), second);
    await haveKeys([one, ...others], 2);
  });

  it('is seen by other processes before the new key signs', async () => {
    const one = await startVerifyingTokens();
    const other = await startVerifyingTokens({ store: one.store, clock: one.clock });
    await one.ring.rotate();
    await one.clock.advance(LEAD_MS / 3);
    await haveKeys([other], 2);
    await one.clock.advance(LEAD_MS);
    const token = await sign(one);
    assert.equal(kidOf(await sign(other)), kidOf(token));
    assert.equal(await isGood(other, token), true);
  });

  it('refuses to pile up keys', async () => {
    const tokens = await startVerifyingTokens();
    const outcomes: boolean[] = [];
    for (let i = 0; i < 20; i++) outcomes.push((await tokens.ring.rotate()).ok);
    assert.deepEqual(outcomes.indexOf(false), 15, 'with the first key there are sixteen');
    assert.deepEqual(await tokens.ring.rotate(), { ok: false, code: 'rotation_limit_reached' });
    await tokens.clock.advance(LEAD_MS + MAX_TTL_MS);
    assert.equal((await tokens.ring.rotate()).ok, true);
  });

  it('keeps all keys when several processes rotate at once', async () => {
    const store = createMemoryKeyStore();
    const one = await startVerifyingTokens({ store });
    const other = await startVerifyingTokens({ store, clock: one.clock });
    const outcomes = await Promise.all([one, other, one, other].map((tokens) => tokens.ring.rotate()));
    assert.ok(outcomes.every(({ ok }) => ok));
    const times = (await store.load()).map(({ signsFrom }) => signsFrom);
    assert.equal(new Set(times).size, 5);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
  });
});

describe('key ring', () => {
  it('makes one first key for processes that start together', async () => {
    const store = createMemoryKeyStore();
    const one = startVerifyingTokens({ store });
    const other = startVerifyingTokens({ store });
    assert.deepEqual(kids(await one), kids(await other));
    assert.equal((await store.load()).length, 1);
  });

  it('keeps its keys across a restart', async () => {
    const before = await startVerifyingTokens();
    const token = await sign(before);
    await before.lifecycle.stop();
    const after = await startVerifyingTokens({ store: before.store, clock: before.clock });
    assert.equal(await isGood(after, token), true);
  });

  it('does not start with another secret, and says what to do', async () => {
    const { store } = await startVerifyingTokens();
    await assert.rejects(startVerifyingTokens({ store, secretKey: 'another secret' }), {
      code: 'signing_key_sealed',
      message: /set the SECRET_KEY that this database was used with/,
    });
  });

  it('takes no key whose id was put on another one', async () => {
    const { store } = await startVerifyingTokens();
    const [key] = await store.load();
    const forged = { ...createMemoryKeyStore(), load: () => Promise.resolve([{ ...key!, kid: 'mine' }]) };
    await assert.rejects(startVerifyingTokens({ store: forged }), { code: 'signing_key_sealed' });
  });

  it('believes the sealed key, not the public one beside it', async () => {
    const { store } = await startVerifyingTokens();
    const [key] = await store.load();
    const publicJwk = { ...key!.publicJwk, x: 'forged' };
    const forged = { ...createMemoryKeyStore(), load: () => Promise.resolve([{ ...key!, publicJwk }]) };
    const tokens = await startVerifyingTokens({ store: forged });
    assert.equal(tokens.ring.keySet().keys[0]!.x, key!.publicJwk.x);
  });

  it('asks the store for unknown keys at a bounded rate', async () => {
    const store = createMemoryKeyStore();
    const one = await startVerifyingTokens({ store });
    const elsewhere = await startVerifyingTokens({ clock: one.clock });
    const foreign = await sign(elsewhere);
    const before = store.loads;
    await Promise.all(Array.from({ length: 50 }, () => isGood(one, foreign)));
    assert.equal(store.loads, before + 1);
    await one.clock.advance(5_000);
    await isGood(one, foreign);
    assert.equal(store.loads, before + 2);
  });

  it('finds a key that it has not read yet', async () => {
    const store = createMemoryKeyStore();
    const one = await startVerifyingTokens({ store });
    const other = await startVerifyingTokens({ store, clock: one.clock, keyLeadMs: 1 });
    await other.ring.rotate();
    one.clock.set(one.clock.now() + 10);
    const token = await sign(other);
    assert.ok(!kids(one).includes(kidOf(token) as string));
    assert.equal(await isGood(one, token), true);
  });

  it('goes on with the keys it has while the store is away', async () => {
    const store = createMemoryKeyStore();
    const tokens = await startVerifyingTokens({ store });
    const token = await sign(tokens);
    store.isAway = true;
    await tokens.clock.advance(LEAD_MS);
    assert.ok(tokens.errors.length > 0);
    assert.equal(await isGood(tokens, token), true);
    store.isAway = false;
    await tokens.ring.reload();
    assert.equal(kidOf(await sign(tokens)), kidOf(token));
  });

  it('says so when it is used before it was started', async () => {
    const { createTokens } = await import('./tokens.ts');
    const { clock, store } = await startVerifyingTokens();
    const tokens = createTokens({
      store,
      clock,
      random: { bytes: (n) => new Uint8Array(n), uint32: () => 0, float: () => 0, below: () => 0 },
      ids: { next: () => 'id' },
      secretKey: 'x',
      onError: () => undefined,
    });
    const request = { audience: 'access', subject: 's', claims: {}, ttlMs: 1 } as const;
    await assert.rejects(tokens.signer.sign(request), /has not been started/);
  });

  it('leaves no timer behind', async () => {
    const tokens = await startVerifyingTokens();
    await tokens.lifecycle.stop();
    await tokens.lifecycle.stop();
    assert.equal(tokens.clock.pending, 0);
  });
});
