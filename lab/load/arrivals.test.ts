import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ArrivalPlan, Arrivals, countOf, durationOf, planOf, shapes } from './arrivals.ts';

function timesOf(plan: ArrivalPlan): number[] {
  const arrivals = new Arrivals(plan);
  const times: number[] = [];
  for (let time = arrivals.next(); time !== Number.POSITIVE_INFINITY; time = arrivals.next())
    times.push(time);
  return times;
}

const between = (times: readonly number[], from: number, to: number) =>
  times.filter((time) => time >= from && time < to).length;

describe('arrivals', () => {
  test('of a constant rate stand evenly apart and begin at once', () => {
    const times = timesOf(planOf('constant', 200, 1_000));
    assert.equal(times.length, 200);
    times.forEach((time, index) => assert.ok(Math.abs(time - index * 5) < 1e-6));
  });

  test('of every shape come in order, within the time, and as many as the rate says', () => {
    for (const shape of shapes) {
      const plan = planOf(shape, 1_000, 5_000, 7);
      const times = timesOf(plan);
      assert.equal(durationOf(plan), 5_000);
      assert.ok(
        times.every((time, index) => time >= (times[index - 1] ?? 0) && time <= 5_000),
        shape,
      );
      // Five standard deviations of a Poisson count; the even ones are exact.
      assert.ok(Math.abs(times.length - countOf(plan)) <= 5 * Math.sqrt(countOf(plan)), shape);
    }
  });

  test('of a ramp are denser the later it is', () => {
    const times = timesOf(planOf('ramp', 1_000, 4_000));
    assert.equal(times.length, 2_000);
    // The integral of a straight line: an eighth, three, five, seven of sixteen parts.
    assert.deepEqual(
      [0, 1, 2, 3].map((second) => between(times, second * 1_000, (second + 1) * 1_000)),
      [125, 375, 625, 875],
    );
  });

  test('of a spike are five times as many in its middle', () => {
    const times = timesOf(planOf('spike', 100, 10_000));
    assert.equal(between(times, 0, 4_000), 400);
    assert.equal(between(times, 4_000, 6_000), 1_000);
    assert.equal(between(times, 6_000, 10_000), 400);
  });

  test('of a Poisson process have gaps whose deviation is their mean, and are replayed by the seed', () => {
    const times = timesOf(planOf('poisson', 1_000, 50_000, 3));
    const gaps = times.map((time, index) => time - (times[index - 1] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    assert.ok(Math.abs(mean - 1) < 0.03, String(mean));
    assert.ok(Math.abs(Math.sqrt(variance) - mean) < 0.05, String(variance));
    assert.deepEqual(timesOf(planOf('poisson', 1_000, 50_000, 3)), times);
    assert.notDeepEqual(timesOf(planOf('poisson', 1_000, 50_000, 4)), times);
  });

  test('of nobody are none', () => {
    assert.deepEqual(timesOf(planOf('constant', 0, 1_000)), []);
    assert.deepEqual(timesOf(planOf('poisson', 0, 1_000)), []);
  });
});
