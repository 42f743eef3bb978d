import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { createMemoryLeaseStore } from '../../adapters/memory/lease-store.ts';
import { createManualClock, type ManualClock } from '../../kernel/clock.ts';
import type { Lease, LeaseStore } from './lease.ts';
import { LeaseKeeper } from './lease-keeper.ts';

const TTL_MS = 30_000;

let clock: ManualClock;
let store: LeaseStore;
let told: string[];
let errors: unknown[];

beforeEach(() => {
  clock = createManualClock();
  store = createMemoryLeaseStore(clock);
  told = [];
  errors = [];
});

const keeperOf = (holder: string, over: LeaseStore = store) =>
  new LeaseKeeper({
    store: over,
    name: 'work',
    holder,
    ttlMs: TTL_MS,
    clock,
    onError: (error) => void errors.push(error),
    onTaken: (lease: Lease) => void told.push(`${lease.holder} has ${lease.fencingNumber}`),
    onLost: (lease: Lease) => void told.push(`${lease.holder} lost ${lease.fencingNumber}`),
  });

const worksOf = async (keeper: LeaseKeeper): Promise<boolean> => {
  let works = false;
  await keeper.run(async () => {
    works = true;
  });
  return works;
};

describe('LeaseKeeper', () => {
  it('keeps the lease as long as it runs, and no other works meanwhile', async () => {
    const [a, b] = [keeperOf('a'), keeperOf('b')];
    await a.lifecycle.start();
    await b.lifecycle.start();
    for (let i = 0; i < 20; i++) {
      await clock.advance(TTL_MS / 2);
      assert.deepEqual([await worksOf(a), await worksOf(b)], [true, false]);
    }
    assert.deepEqual(told, ['a has 1']);
    await b.lifecycle.stop();
    await a.lifecycle.stop();
    assert.equal(clock.pending, 0);
  });

  it('gives it back when it stops, and another goes on in its next turn', async () => {
    const [a, b] = [keeperOf('a'), keeperOf('b')];
    await a.lifecycle.start();
    await b.lifecycle.start();
    const signals: AbortSignal[] = [];
    await a.run(async (signal) => void signals.push(signal));
    await a.lifecycle.stop();
    await a.lifecycle.stop();
    assert.equal(signals[0]?.aborted, true);
    assert.equal(await worksOf(a), false);
    await clock.advance(TTL_MS / 3);
    assert.equal(await worksOf(b), true);
    assert.deepEqual(told, ['a has 1', 'b has 2'], 'a lease that is given back is not lost');
    await b.lifecycle.stop();
  });

  it('ends its work and says so when the store is away for the whole of its time, and comes back', async () => {
    let isAway = false;
    const away = <T>(answer: () => Promise<T>): Promise<T> =>
      isAway ? Promise.reject(new Error('away')) : answer();
    const keeper = keeperOf('a', {
      acquire: (request) => away(() => store.acquire(request)),
      renew: (lease, ttlMs) => away(() => store.renew(lease, ttlMs)),
      release: (lease) => away(() => store.release(lease)),
      isHeld: (lease) => away(() => store.isHeld(lease)),
    });
    await keeper.lifecycle.start();
    const signals: AbortSignal[] = [];
    await keeper.run(async (signal) => void signals.push(signal));
    isAway = true;
    await clock.advance(TTL_MS - 1);
    assert.equal(signals[0]?.aborted, false);
    assert.equal(errors.length, 2);
    await clock.advance(1);
    assert.equal(signals[0]?.aborted, true);
    assert.equal(await worksOf(keeper), false);
    isAway = false;
    await clock.advance(TTL_MS);
    assert.equal(await worksOf(keeper), true);
    assert.deepEqual(told, ['a has 1', 'a lost 1', 'a has 2']);
    await keeper.lifecycle.stop();
  });

  it('does not work after it stood still until another took over, before any timer of its own', async () => {
    const sleeper = keeperOf('sleeper');
    await sleeper.lifecycle.start();
    clock.set(clock.now() + TTL_MS);
    assert.ok(await store.acquire({ name: 'work', holder: 'other', ttlMs: TTL_MS }));
    assert.equal(sleeper.lease?.fencingNumber, 1, 'it does not know');
    assert.equal(await worksOf(sleeper), false);
    assert.deepEqual(told, ['sleeper has 1', 'sleeper lost 1']);
    await sleeper.lifecycle.stop();
  });
});
