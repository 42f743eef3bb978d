import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { linearScale, logScale } from './scale.ts';

test('a linear scale has few round ticks that hold the largest value', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 1e9, noNaN: true }), (max) => {
      const scale = linearScale(max, 0, 100);
      assert.ok(scale.ticks.length >= 2 && scale.ticks.length <= 7, String(scale.ticks));
      assert.ok(scale.at(max) <= 100.001 && scale.at(max) >= 40, String(scale.at(max)));
    }),
  );
  assert.deepEqual(linearScale(23_000, 0, 1).ticks, [0, 5_000, 10_000, 15_000, 20_000, 25_000]);
});

test('a logarithmic scale runs from power to power', () => {
  const scale = logScale([0.3, 45], 100, 0);
  assert.deepEqual(scale.ticks, [0.1, 1, 10, 100]);
  assert.ok(Math.abs(scale.at(1) - 200 / 3) < 1e-9);
  assert.equal(scale.at(0), 100);
});
