import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratioOf, spreadOf } from './statistics.ts';

test('the median is the middle one, or lies between the two in the middle', () => {
  assert.deepEqual(spreadOf([9, 1, 4]), { median: 4, min: 1, max: 9 });
  assert.deepEqual(spreadOf([8, 2, 4, 6]), { median: 5, min: 2, max: 8 });
  assert.throws(() => spreadOf([]), /nothing was measured/);
});

test('a ratio compares what was measured in the same round', () => {
  // The machine is half as fast in round 2, for both: the ratio does not see it.
  const fast = new Map([
    [0, 200],
    [1, 220],
    [2, 100],
  ]);
  const slow = new Map([
    [0, 100],
    [1, 100],
    [2, 50],
    [3, 7],
  ]);
  assert.deepEqual(ratioOf(fast, slow), { median: 2, min: 2, max: 2.2 });
  assert.equal(ratioOf(fast, new Map([[9, 1]])), undefined);
});
