import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createManualClock } from '../../kernel/clock.ts';
import { OverloadedFault } from '../../kernel/faults.ts';
import { createSeededRandom } from '../../kernel/random.ts';
import type { CacheOutcome, ReadCacheOptions } from '../../platform/cache/read-cache.ts';
import { createMemoryReadCache } from './read-cache.ts';

const options: ReadCacheOptions<string> = {
  name: 'contract',
  ttlMs: 1_000,
  staleMs: 5_000,
  missingTtlMs: 200,
  maxEntries: 100,
  maxMissing: 100,
  maxLoads: 50,
  maxGuesses: 50,
};

/** A source whose loads wait until they are let go, so that a test can look in between. */
function createSource() {
  const waiting: PromiseWithResolvers<string | undefined>[] = [];
  return {
    get loads() {
      return waiting.length;
    },
    load: () => {
      const gate = Promise.withResolvers<string | undefined>();
      waiting.push(gate);
      return gate.promise;
    },
    answer: (value: string | undefined, index = waiting.length - 1) => waiting[index]?.resolve(value),
    fail: (error: Error, index = waiting.length - 1) => waiting[index]?.reject(error),
  };
}

const setUp = async (more: Partial<ReadCacheOptions<string>> = {}) => {
  const clock = createManualClock();
  const cache = createMemoryReadCache({ ...options, ...more }, { clock, random: createSeededRandom(7) });
  const source = createSource();
  const read = (key = 'k') => Promise.resolve(cache.get(key, source.load));
  /** Loads `value` for `key` and comes back when it is remembered. */
  const fill = async (value: string | undefined, key = 'k') => {
    const reading = read(key);
    await clock.advance(0);
    source.answer(value);
    await reading;
  };
  return { clock, cache, source, read, fill };
};

describe('the read cache in memory', () => {
  test('a crowd that asks for one key costs one load', async () => {
    const { clock, source, read } = await setUp();
    const crowd = Array.from({ length: 500 }, () => read());
    await clock.advance(0);
    source.answer('value');
    assert.deepEqual(new Set(await Promise.all(crowd)), new Set(['value']));
    assert.equal(source.loads, 1);
    assert.equal(await read(), 'value');
    assert.equal(source.loads, 1);
  });

  test('keys are loaded apart', async () => {
    const { fill, read, source } = await setUp();
    await fill('a', 'first');
    await fill('b', 'second');
    assert.equal(await read('first'), 'a');
    assert.equal(await read('second'), 'b');
    assert.equal(source.loads, 2);
  });

  test('a value past its time is given out while one load renews it', async () => {
    const { clock, fill, read, source } = await setUp();
    await fill('old');
    await clock.advance(options.ttlMs);
    assert.deepEqual(await Promise.all([read(), read(), read()]), ['old', 'old', 'old']);
    await clock.advance(0);
    assert.equal(source.loads, 2);
    source.answer('new');
    await clock.advance(0);
    assert.equal(await read(), 'new');
  });

  test('a value too old to be given out is waited for', async () => {
    const { clock, fill, read, source } = await setUp();
    await fill('old');
    await clock.advance(options.ttlMs + options.staleMs);
    const reading = read();
    await clock.advance(0);
    source.answer('new');
    assert.equal(await reading, 'new');
  });

  test('a renewal that fails keeps the old value for its time', async () => {
    const { clock, fill, read, source } = await setUp();
    await fill('old');
    await clock.advance(options.ttlMs);
    await read();
    await clock.advance(0);
    source.fail(new Error('away'));
    await clock.advance(0);
    assert.equal(await read(), 'old');
  });

  test('after an invalidation the next one loads', async () => {
    const { clock, cache, fill, read, source } = await setUp();
    await fill('old');
    await cache.invalidate('k');
    const reading = read();
    await clock.advance(0);
    source.answer('new');
    assert.equal(await reading, 'new');
    assert.equal(source.loads, 2);
  });

  test('what was being loaded when it was invalidated is not remembered', async () => {
    const { clock, cache, read, source } = await setUp();
    const before = read();
    await clock.advance(0);
    await cache.invalidate('k');
    const after = read();
    await clock.advance(0);
    assert.equal(source.loads, 2);
    source.answer('new', 1);
    source.answer('old', 0);
    assert.deepEqual(await Promise.all([before, after]), ['old', 'new']);
    assert.equal(await read(), 'new');
  });

  test('clearing forgets every key', async () => {
    const { clock, cache, fill, read, source } = await setUp();
    await fill('a', 'first');
    await fill('b', 'second');
    await cache.clear();
    void read('first');
    void read('second');
    await clock.advance(0);
    assert.equal(source.loads, 4);
    source.answer('x', 2);
    source.answer('y', 3);
  });

  test('what does not exist is remembered for a shorter time, and never given out stale', async () => {
    const { clock, fill, read, source } = await setUp();
    await fill(undefined);
    assert.equal(await read(), undefined);
    assert.equal(source.loads, 1);
    await clock.advance(options.missingTtlMs);
    const reading = read();
    await clock.advance(0);
    assert.equal(source.loads, 2);
    source.answer('born');
    assert.equal(await reading, 'born');
  });

  test('a failure goes to all who waited and is not remembered', async () => {
    const { clock, read, source } = await setUp();
    const crowd = Promise.allSettled([read(), read()]);
    await clock.advance(0);
    source.fail(new Error('away'));
    assert.deepEqual(
      (await crowd).map((result) => result.status),
      ['rejected', 'rejected'],
    );
    const reading = read();
    await clock.advance(0);
    source.answer('back');
    assert.equal(await reading, 'back');
  });

  test('what was loaded together does not expire together', async () => {
    const seen: CacheOutcome[] = [];
    const { clock, fill, read } = await setUp({ observe: (outcome) => void seen.push(outcome) });
    for (let i = 0; i < 40; i++) await fill('v', `k${i}`);
    await clock.advance(options.ttlMs * 0.9);
    seen.length = 0;
    for (let i = 0; i < 40; i++) await read(`k${i}`);
    assert.ok(seen.includes('hit'));
    assert.ok(seen.includes('stale'));
  });

  test('guesses displace no value and take no load of what is known to exist', async () => {
    const { clock, cache, fill, read, source } = await setUp({
      maxEntries: 2,
      maxMissing: 2,
      maxGuesses: 1,
    });
    await fill('a', 'first');
    await fill('b', 'second');
    for (let guess = 0; guess < 10; guess++) await fill(undefined, `guess ${guess}`);
    assert.deepEqual([await read('first'), await read('second')], ['a', 'b']);
    const guessing = read('another guess');
    await clock.advance(0);
    await assert.rejects(read('one more'), OverloadedFault);
    const guessIndex = source.loads - 1;
    cache.expect(['third']);
    await fill('c', 'third');
    assert.equal(await read('third'), 'c');
    source.answer(undefined, guessIndex);
    assert.equal(await guessing, undefined);
  });

  test('what is to be kept is not displaced, until it need not be kept any more', async () => {
    let kept = 'a';
    const keeps = (value: string) => value === kept;
    const { fill, read, source } = await setUp({ maxEntries: 1, keeps });
    await fill('a', 'first');
    await fill('b', 'second');
    await fill('c', 'third');
    const { loads } = source;
    assert.deepEqual([await read('first'), await read('third')], ['a', 'c']);
    assert.equal(source.loads, loads);
    kept = 'd';
    await fill('d', 'fourth');
    assert.deepEqual([await read('fourth'), await read('third')], ['d', 'c']);
    assert.equal(source.loads, loads + 1);
  });

  test('more loads at once than allowed are refused', async () => {
    const { clock, read, source } = await setUp({ maxGuesses: 2 });
    const two = [read('a'), read('b')];
    await clock.advance(0);
    await assert.rejects(read('c'), OverloadedFault);
    source.answer('a', 0);
    source.answer('b', 1);
    assert.deepEqual(await Promise.all(two), ['a', 'b']);
  });

  test('answers without a promise once it knows, and forgets the least used at its bound', async () => {
    const deps = { clock: createManualClock(), random: createSeededRandom(1) };
    const cache = createMemoryReadCache<number>(
      {
        name: 'bound',
        ttlMs: 1_000,
        staleMs: 0,
        missingTtlMs: 0,
        maxEntries: 2,
        maxMissing: 2,
        maxLoads: 10,
        maxGuesses: 10,
      },
      deps,
    );
    const loadOf = (value: number) => () => Promise.resolve(value);
    await cache.get('a', loadOf(1));
    await cache.get('b', loadOf(2));
    assert.equal(cache.get('a', loadOf(0)), 1);
    await cache.get('c', loadOf(3));
    assert.equal(cache.get('a', loadOf(0)), 1);
    assert.ok(cache.get('b', loadOf(4)) instanceof Promise);
  });
});
