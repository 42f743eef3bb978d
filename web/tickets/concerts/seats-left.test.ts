import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seatsLeft } from './seats-left.ts';

test('few are left below a tenth of the seats, none at the end', () => {
  const left = (remainingTotal: number) => seatsLeft({ remainingTotal, capacity: 300 });
  assert.deepEqual([300, 30, 29, 1, 0].map(left), ['some', 'some', 'few', 'few', 'none']);
});

test('nothing is left of nothing', () => {
  assert.equal(seatsLeft({ remainingTotal: 0, capacity: 0 }), 'none');
});
