import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { onceAtATime } from './once-at-a-time.ts';

describe('work that is done once at a time', () => {
  it('is shared by those who come while it is under way, and done again for who comes later', async () => {
    const runs: PromiseWithResolvers<string>[] = [];
    const work = onceAtATime(() => {
      const run = Promise.withResolvers<string>();
      runs.push(run);
      return run.promise;
    });
    const first = [work(), work()];
    assert.equal(runs.length, 1);
    runs[0]!.resolve('first');
    assert.deepEqual(await Promise.all(first), ['first', 'first']);
    const second = work();
    assert.equal(runs.length, 2);
    runs[1]!.resolve('second');
    assert.equal(await second, 'second');
  });

  it('fails for all who share it, and is tried again afterwards', async () => {
    let runs = 0;
    const work = onceAtATime(async () => {
      runs += 1;
      if (runs === 1) throw new Error('away');
      return runs;
    });
    const first = [work(), work()];
    for (const outcome of first) await assert.rejects(outcome, /away/);
    assert.equal(await work(), 2);
  });
});
