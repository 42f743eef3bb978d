import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock } from './clock.ts';
import { withDeadline } from './deadline.ts';
import { DeadlineFault } from './faults.ts';

describe('a deadline', () => {
  it('passes on what comes in time, value or error, and leaves no timer', async () => {
    const clock = createManualClock();
    assert.equal(await withDeadline(Promise.resolve(7), 100, clock, 'counting'), 7);
    const error = new Error('no');
    await assert.rejects(withDeadline(Promise.reject(error), 100, clock, 'counting'), error);
    assert.equal(clock.pending, 0);
  });

  it('rejects with a fault that names the work when it takes too long', async () => {
    const clock = createManualClock();
    const never = withDeadline(new Promise(() => undefined), 100, clock, 'the hold');
    const rejected = assert.rejects(never, (error) => {
      assert.ok(error instanceof DeadlineFault);
      assert.match(error.message, /the hold took longer than 100 ms/);
      return true;
    });
    await clock.advance(100);
    await rejected;
  });

  it('drops what comes too late, also an error', async () => {
    const clock = createManualClock();
    const late = Promise.withResolvers<void>();
    const rejected = assert.rejects(withDeadline(late.promise, 10, clock, 'x'), DeadlineFault);
    await clock.advance(10);
    await rejected;
    late.reject(new Error('late'));
    // An unhandled rejection would fail this test.
    await clock.advance(10);
  });
});
