import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../../kernel/clock.ts';
import { createLineBudget } from './line-budget.ts';

test('so many lines pass in a second and no more; the next that passes says how many did not', async () => {
  const clock = createManualClock();
  const budget = createLineBudget(clock, 2);
  assert.deepEqual(
    [budget.take(), budget.take(), budget.take(), budget.take()],
    [0, 0, undefined, undefined],
  );
  await clock.advance(999);
  assert.equal(budget.take(), undefined);
  await clock.advance(1);
  assert.deepEqual([budget.take(), budget.take(), budget.take()], [3, 0, undefined]);
});
