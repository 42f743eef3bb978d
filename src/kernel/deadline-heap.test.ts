import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DeadlineHeap } from './deadline-heap.ts';

test('the heap gives out deadlines in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 60 }), (times) => {
      const heap = new DeadlineHeap();
      times.forEach((time, i) => heap.add(i + 1, time));
      const taken: number[] = [];
      while (heap.size > 0) {
        const { firstAt } = heap;
        assert.equal(times[heap.take() - 1], firstAt);
        taken.push(firstAt);
      }
      assert.deepEqual(
        taken,
        times.toSorted((a, b) => a - b),
      );
      assert.equal(heap.take(), 0);
    }),
  );
});
