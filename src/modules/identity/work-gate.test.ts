import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createWorkGate } from './work-gate.ts';

const options = { maxRunning: 2, maxWaiting: 10, typicalMs: 50 };

describe('work gate', () => {
  it('never runs more at once than it may, and keeps the order', async () => {
    const gate = createWorkGate(options);
    const started: number[] = [];
    let running = 0;
    let most = 0;
    const work = (n: number) => async () => {
      started.push(n);
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
      return n;
    };
    const numbers = [0, 1, 2, 3, 4, 5, 6];
    assert.deepEqual(await Promise.all(numbers.map((n) => gate(work(n)))), numbers);
    assert.deepEqual(started, numbers);
    assert.equal(most, 2);
  });

  it('gives the place on when work fails', async () => {
    const gate = createWorkGate({ ...options, maxRunning: 1 });
    const fail = () => Promise.reject(new Error('failed'));
    const results = await Promise.allSettled([gate(fail), gate(fail), gate(() => Promise.resolve('done'))]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'rejected', 'fulfilled'],
    );
  });

  it('says when to come again when the line is full', async () => {
    const gate = createWorkGate({ maxRunning: 1, maxWaiting: 1, typicalMs: 50 });
    const gates = Promise.withResolvers<void>();
    const running = [gate(() => gates.promise), gate(() => gates.promise)];
    await assert.rejects(
      gate(() => gates.promise),
      { code: 'overloaded', retryAfterMs: 50 },
    );
    gates.resolve();
    await Promise.all(running);
  });
});
