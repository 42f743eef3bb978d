import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { LatencyHistogram, mergeHistograms } from './latency-histogram.ts';

function histogramOf(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

describe('a latency histogram', () => {
  test('merged over processes says what one of all values says', () => {
    const latencies = fc.array(fc.double({ min: 0.001, max: 60_000, noNaN: true }), { maxLength: 200 });
    fc.assert(
      fc.property(fc.array(latencies, { minLength: 1, maxLength: 4 }), (processes) => {
        const merged = mergeHistograms(processes.map((values) => histogramOf(values).encode()));
        const whole = histogramOf(processes.flat());
        assert.equal(merged.count, whole.count);
        assert.deepEqual(merged.summary(), whole.summary());
      }),
    );
  });

  test('keeps three digits from microseconds to minutes', () => {
    for (const value of [0.05, 0.75, 12.3, 456, 78_900]) {
      const { p50, max } = histogramOf([value]).summary();
      for (const read of [p50, max]) assert.ok(Math.abs(read - value) <= value / 500, `${value} is ${read}`);
    }
  });

  test('orders its percentiles, and draws no finer than its values', () => {
    const histogram = histogramOf(Array.from({ length: 1_000 }, (_, index) => index + 1));
    const { p50, p90, p99, p999, max } = histogram.summary();
    assert.ok(p50 <= p90 && p90 <= p99 && p99 <= p999 && p999 <= max);
    const last = histogram.curve().at(-1);
    assert.ok(last !== undefined && last[0] <= 99.9);
  });

  test('of nothing is zero', () => {
    assert.deepEqual(new LatencyHistogram().summary(), { p50: 0, p90: 0, p99: 0, p999: 0, max: 0 });
    assert.equal(mergeHistograms([]).count, 0);
  });
});
