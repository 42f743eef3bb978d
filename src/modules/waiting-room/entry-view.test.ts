import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { estimateWaitMs, pollAfterMs } from './entry-view.ts';
import type { RoomStats } from './model.ts';

const room: RoomStats = {
  performanceId: 'p',
  version: 0,
  state: 'open',
  ratePerSecond: 10,
  graceMs: 60_000,
  concurrency: 1_000,
  waiting: 500,
  silent: 0,
  active: 0,
  admittedTotal: 0,
  currentRate: 0,
};
const estimate = (ahead: number, stats: Partial<RoomStats> = {}, opensInMs = 0) =>
  estimateWaitMs({ ahead, stats: { ...room, ...stats }, opensInMs, passTtlMs: 60_000 });

describe('the estimated wait', () => {
  it('follows the rate as long as slots are free', () => {
    assert.equal(estimate(0), 100);
    assert.equal(estimate(99), 10_000);
  });

  it('follows the measured rate beyond the next second, where that is lower', () => {
    assert.equal(estimate(99, { currentRate: 5 }), 20_000);
    assert.equal(estimate(99, { currentRate: 50 }), 10_000, 'never faster than is allowed');
  });

  it('follows the turnover of slots when they are taken', () => {
    assert.equal(
      estimate(9, { concurrency: 100, active: 100 }),
      6_000,
      'as if every pass were used to its end',
    );
    assert.equal(estimate(9, { concurrency: 100, active: 100, currentRate: 2 }), 5_000);
  });

  it('counts from the opening', () => {
    assert.equal(estimate(0, {}, 5_000), 5_100);
    assert.equal(estimate(0, {}, -5_000), 100);
  });

  it('is not known while nobody is admitted', () => {
    for (const stats of [
      { state: 'paused' },
      { state: 'closed' },
      { ratePerSecond: 0 },
      { concurrency: 0 },
    ] as const)
      assert.equal(estimate(5, stats), null, JSON.stringify(stats));
    assert.notEqual(estimate(5, { state: 'draining' }), null);
  });
});

const pause = (ahead: number, more: Partial<Parameters<typeof pollAfterMs>[0]> = {}) =>
  pollAfterMs({
    ahead,
    number: ahead + 1,
    estimatedWaitMs: null,
    opensInMs: 0,
    pollMsMin: 1_000,
    pollMsMax: 60_000,
    ...more,
  });

describe('the pause between polls', () => {
  it('grows with the place, between its bounds', () => {
    assert.equal(pause(0), 1_000);
    assert.ok(pause(1_000) > pause(100));
    for (const ahead of [0, 10, 1_000, 100_000, 1_000_000]) {
      assert.ok(pause(ahead) >= 1_000 && pause(ahead) <= 60_000, `${ahead}: ${pause(ahead)}`);
    }
  });

  it('is not longer than half of the wait', () => {
    assert.ok(pause(1_000, { estimatedWaitMs: 4_000 }) <= 2_000);
    assert.equal(pause(1_000, { estimatedWaitMs: 100 }), 1_000);
  });

  it('is different for neighbours, and the same every time', () => {
    const pauses = Array.from({ length: 100 }, (_, i) => pause(500, { number: i + 1 }));
    assert.ok(new Set(pauses).size > 90);
    assert.equal(pause(500), pause(500));
  });

  it('lets a million ask no more often than a server bears', () => {
    let perSecond = 0;
    for (let ahead = 0; ahead < 1_000_000; ahead++) perSecond += 1_000 / pause(ahead);
    assert.ok(perSecond < 25_000, `${perSecond} polls a second`);
  });
});
