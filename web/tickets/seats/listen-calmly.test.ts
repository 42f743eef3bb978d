import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { listenCalmly } from './listen-calmly.ts';

test('changes are told at once, then once in a while together, and not after the end', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  let change: (changed: readonly number[]) => void = () => {};
  let told = 0;
  const listen = (listener: typeof change) => {
    change = listener;
    return () => void (change = () => {});
  };
  const stop = listenCalmly({ listen }, 500, () => void (told += 1));
  const counts: number[] = [];
  for (const afterMs of [0, 100, 100, 300, 500, 500]) {
    mock.timers.tick(afterMs);
    if (counts.length < 4) change([1]);
    counts.push(told);
  }
  change([1]);
  counts.push(told);
  stop();
  change([1]);
  mock.timers.tick(1_000);
  assert.deepEqual([...counts, told], [1, 1, 1, 2, 3, 3, 4, 4]);
  mock.timers.reset();
});
