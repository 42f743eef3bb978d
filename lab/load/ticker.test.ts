import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nowMs } from './clock.ts';
import { Ticker } from './ticker.ts';

test('a ticker wakes at every moment it is set to, never before, however close they are', async (t) => {
  const ticker = await Ticker.start();
  t.after(() => ticker.stop());
  const early: number[] = [];
  await new Promise<void>((resolve) => {
    let left = 20_000;
    const set = (): void => {
      // Now and then a moment that has passed, mostly one that is about to come.
      const atMs = nowMs() + ((left * 7_919) % 100) / 1_000 - 0.01;
      ticker.wakeAt(atMs, () => {
        if (nowMs() < atMs - 0.05) early.push(atMs - nowMs());
        if (--left === 0) resolve();
        else set();
      });
    };
    set();
  });
  assert.deepEqual(early, []);
});

test('a ticker forgets a moment when it is set to another', async (t) => {
  const ticker = await Ticker.start();
  t.after(() => ticker.stop());
  const woken: string[] = [];
  ticker.wakeAt(nowMs() + 5, () => woken.push('first'));
  await new Promise<void>((resolve) => {
    ticker.wakeAt(nowMs() + 30, () => {
      woken.push('second');
      resolve();
    });
  });
  assert.deepEqual(woken, ['second']);
});
