import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMemoryLimits } from '../../adapters/memory/limits.ts';
import { type Clock, createManualClock } from '../../kernel/clock.ts';
import { LOG_IN_DELAYS } from './limits.ts';

const MINUTE_MS = 60_000;

const delaysBy = (clock: Clock) => createMemoryLimits(clock).growingDelay(LOG_IN_DELAYS);
const waitOf = (delays: ReturnType<typeof delaysBy>, key = 'a'): number => delays.take(key);

describe('growing delays of log-ins', () => {
  it('let five attempts through, then one after each delay, which doubles up to a quarter of an hour', async () => {
    const clock = createManualClock();
    const delays = delaysBy(clock);
    for (let i = 0; i < 5; i++) assert.equal(waitOf(delays), 0);
    const waits: number[] = [];
    for (let i = 0; i < 12; i++) {
      const wait = waitOf(delays);
      waits.push(wait);
      await clock.advance(wait - 1);
      assert.equal(waitOf(delays), 1, 'a refused attempt costs nothing');
      await clock.advance(1);
      assert.equal(waitOf(delays), 0);
    }
    assert.deepEqual(waits.slice(0, 4), [1_000, 2_000, 4_000, 8_000]);
    assert.equal(waits.at(-1), 15 * MINUTE_MS);
  });

  it('count attempts at once before any of them is known to be right', () => {
    const delays = delaysBy(createManualClock());
    const waits = Array.from({ length: 20 }, () => waitOf(delays));
    assert.equal(waits.filter((wait) => wait === 0).length, 5);
  });

  it('keep keys apart, start afresh after a success, and forget within hours', async () => {
    const clock = createManualClock();
    const delays = delaysBy(clock);
    for (let i = 0; i < 6; i++) delays.take('a');
    assert.ok(waitOf(delays) > 0);
    assert.equal(waitOf(delays, 'b'), 0);
    delays.clear('a');
    for (let i = 0; i < 5; i++) assert.equal(waitOf(delays), 0);
    assert.ok(waitOf(delays) > 0);
    await clock.advance(60 * MINUTE_MS);
    for (let i = 0; i < 5; i++) assert.equal(waitOf(delays), 0);
  });
});
