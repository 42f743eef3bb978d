import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock } from '../../kernel/clock.ts';
import { createMemoryLimits } from './limits.ts';

describe('a rate limit in memory', () => {
  const rateOf = (options: { perMinute: number; burst?: number; maxKeys?: number }) => {
    const clock = createManualClock();
    return { clock, rate: createMemoryLimits(clock).rate({ name: 'test', ...options }) };
  };

  it('lets a burst through, then one for each interval', async () => {
    const { clock, rate } = rateOf({ perMinute: 60, burst: 3 });
    assert.deepEqual(
      [1, 2, 3, 4].map(() => rate.take('a') === 0),
      [true, true, true, false],
    );
    await clock.advance(999);
    assert.notEqual(rate.take('a'), 0);
    await clock.advance(1);
    assert.equal(rate.take('a'), 0);
    assert.notEqual(rate.take('a'), 0);
  });

  it('says when the next one will be granted', async () => {
    const { clock, rate } = rateOf({ perMinute: 6, burst: 1 });
    rate.take('a');
    await clock.advance(4_000);
    assert.equal(rate.take('a'), 6_000);
  });

  it('keeps keys apart and lets a refused one cost nothing', async () => {
    const { clock, rate } = rateOf({ perMinute: 60, burst: 1 });
    assert.equal(rate.take('a'), 0);
    for (let i = 0; i < 10; i++) assert.notEqual(rate.take('a'), 0);
    assert.equal(rate.take('b'), 0);
    await clock.advance(1_000);
    assert.equal(rate.take('a'), 0);
  });

  it('never lets more than burst plus rate through in any window', async () => {
    const { clock, rate } = rateOf({ perMinute: 600, burst: 5 });
    const taken: number[] = [];
    for (let step = 0; step < 400; step++) {
      await clock.advance((step * 37) % 90);
      while (rate.take('a') === 0) taken.push(clock.now());
    }
    for (const [index, start] of taken.entries()) {
      const inWindow = taken.slice(index).filter((at) => at < start + 1_000).length;
      assert.ok(inWindow <= 5 + 10, `${inWindow} within a second of ${start}`);
    }
  });

  it('does not count what is given back', () => {
    const { rate } = rateOf({ perMinute: 1, burst: 1 });
    for (let i = 0; i < 5; i++) {
      assert.equal(rate.take('a'), 0);
      rate.giveBack('a');
    }
    rate.giveBack('never seen');
    assert.equal(rate.take('a'), 0);
    assert.notEqual(rate.take('a'), 0);
  });

  it('remembers no more keys than its bound', () => {
    const { rate } = rateOf({ perMinute: 1, burst: 1, maxKeys: 2 });
    for (const key of ['a', 'b', 'c']) rate.take(key);
    assert.equal(rate.take('a'), 0, 'forgotten, it starts afresh');
    assert.notEqual(rate.take('c'), 0);
  });
});

describe('a limit in memory of what is under way', () => {
  const limitOf = (options: { perKey: number; total?: number }) =>
    createMemoryLimits(createManualClock()).underWay({ name: 'test', ...options });

  it('bounds each key by itself, and takes the next one when one has left', () => {
    const limit = limitOf({ perKey: 2 });
    assert.deepEqual(
      ['a', 'a', 'a', 'b'].map((key) => limit.enter(key)),
      [true, true, false, true],
    );
    limit.leave('a');
    assert.equal(limit.enter('a'), true);
    assert.equal(limit.total, 3);
  });

  it('bounds all keys together, and those without a key by that alone', () => {
    const limit = limitOf({ perKey: 1, total: 3 });
    assert.deepEqual(
      [undefined, undefined, 'a', 'b', undefined].map((key) => limit.enter(key)),
      [true, true, true, false, false],
    );
    limit.leave(undefined);
    assert.equal(limit.enter('b'), true);
  });
});
