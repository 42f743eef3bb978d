import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { RoomSettings } from '../model.ts';
import { AdmissionPace, WINDOW_MS } from './admission-pace.ts';

const START = 1_767_225_600_000;

function settings(ratePerSecond: number, concurrency = 1_000_000): RoomSettings {
  return { state: 'open', ratePerSecond, concurrency, graceMs: 60_000 };
}

type Logged = { readonly at: number; readonly count: number; readonly rate: number };

/** Every window that ends with an admission; one that ends elsewhere holds no more than one of these. */
function assertNoOvershoot(log: readonly Logged[]): void {
  for (const { at, rate } of log) {
    const inWindow = log
      .filter((other) => other.at >= at - WINDOW_MS && other.at <= at)
      .reduce((total, { count }) => total + count, 0);
    assert.ok(inWindow <= rate, `${inWindow} in the second to ${at}, at a rate of ${rate}`);
  }
}

/** Takes all that is allowed at each step. */
function run(pace: AdmissionPace, steps: readonly { afterMs: number; rate: number }[]): readonly Logged[] {
  const log: Logged[] = [];
  let nowMs = START;
  for (const { afterMs, rate } of steps) {
    nowMs += afterMs;
    const count = pace.allowance(nowMs, settings(rate), 0);
    pace.record(nowMs, count);
    if (count > 0) log.push({ at: nowMs, count, rate });
  }
  return log;
}

// Never two rates in one millisecond: the line sees to that.
const afterMs = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constantFrom(500, 999, 1_000, 1_001, 5_000));

describe('the rate of admission', () => {
  test('is never exceeded in any closed window of a second, at any steps, bursts and changes of rate', () => {
    const step = fc.record({ afterMs, rate: fc.integer({ min: 0, max: 300 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.constantFrom(10, 100, 1_000), (steps, burstMs) => {
        assertNoOvershoot(run(new AdmissionPace({ burstMs }), steps));
      }),
      { numRuns: 500 },
    );
  });

  test('holds over a restart that knows only the last second', () => {
    const steps = fc.array(fc.record({ afterMs, rate: fc.constant(50) }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const first = run(new AdmissionPace({ burstMs: 1_000 }), before);
        const restarted = new AdmissionPace({ burstMs: 1_000 });
        const lastAt = first.at(-1)?.at ?? 0;
        for (const { at, count } of first.filter((logged) => logged.at >= lastAt - WINDOW_MS)) {
          restarted.record(at, count);
        }
        const gapMs = before.reduce((total, step) => total + step.afterMs, 0);
        const second = run(restarted, [{ afterMs: gapMs, rate: 50 }, ...after]);
        assertNoOvershoot([...first, ...second]);
      }),
    );
  });

  test('is reached: a long line at steps of 50 ms gets all but a hundredth of it', () => {
    const pace = new AdmissionPace({ burstMs: 100 });
    let [nowMs, admitted] = [START, 0];
    while (nowMs < START + 60_000) {
      const count = pace.allowance(nowMs, settings(200), 0);
      pace.record(nowMs, count);
      admitted += count;
      nowMs = Math.min(nowMs + 50, Math.max(nowMs + 10, pace.nextAt(nowMs, 200)));
    }
    assert.ok(admitted >= 60 * 200 * 0.99, `${admitted}`);
  });

  test('is spread over the second instead of coming in one burst', () => {
    const pace = new AdmissionPace({ burstMs: 100 });
    assert.equal(pace.allowance(START, settings(1_000), 0), 100);
  });

  test('less than one per step still comes', () => {
    const pace = new AdmissionPace({ burstMs: 100 });
    const log = run(
      pace,
      Array.from({ length: 400 }, () => ({ afterMs: 50, rate: 3 })),
    );
    assert.ok(log.length >= 57, `${log.length} in 20 seconds at three a second`);
  });

  test('nothing at a rate of zero, and no moment at which more would be allowed', () => {
    const pace = new AdmissionPace({ burstMs: 100 });
    assert.equal(pace.allowance(START, settings(0), 0), 0);
    assert.equal(pace.nextAt(START, 0), Number.POSITIVE_INFINITY);
  });
});

describe('the concurrency', () => {
  test('leaves as many as there are free slots', () => {
    const pace = new AdmissionPace({ burstMs: 1_000 });
    assert.equal(pace.allowance(START, settings(100, 30), 0), 30);
    assert.equal(pace.allowance(START, settings(100, 30), 25), 5);
    assert.equal(pace.allowance(START, settings(100, 30), 30), 0);
    assert.equal(pace.allowance(START, settings(100, 30), 45), 0);
  });
});

test('an admission earlier than the last is refused, for it would fall out of windows already counted', () => {
  const pace = new AdmissionPace({ burstMs: 100 });
  pace.record(START, 1);
  assert.throws(() => pace.record(START - 1, 1), RangeError);
});

test('a full window says when its oldest admissions leave it', () => {
  const pace = new AdmissionPace({ burstMs: 1_000 });
  pace.record(START, pace.allowance(START, settings(10), 0));
  assert.equal(pace.nextAt(START + 500, 10), START + 1_001);
  assert.equal(pace.allowance(START + 1_000, settings(10), 0), 0);
  assert.equal(pace.allowance(START + 1_001, settings(10), 0), 10);
});
