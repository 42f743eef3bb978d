import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addUp, countByGrade } from './sale-counts.ts';

test('seats are counted by grade and by state', () => {
  const layout = { grades: ['VIP', 'R'], gradeNos: Uint8Array.of(0, 0, 1, 1, 1) };
  const counts = countByGrade(layout, Uint8Array.of(2, 1, 0, 2, 0));
  assert.deepEqual(counts, [
    { grade: 'VIP', capacity: 2, sold: 1, held: 1, free: 0 },
    { grade: 'R', capacity: 3, sold: 1, held: 0, free: 2 },
  ]);
  assert.deepEqual(addUp(counts), { capacity: 5, sold: 2, held: 1, free: 2 });
});
