import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import fc from 'fast-check';
import { createManualClock, createProcessClock, every, systemClock } from './clock.ts';

function fail(error: unknown): void {
  assert.ifError(error);
}

describe('the clock of a process', () => {
  const HOUR_MS = 3_600_000;
  const START = 1_767_225_600_000;
  const stage = () => {
    const sources = { wallMs: START, monotonicMs: 0 };
    const clock = createProcessClock({ wall: () => sources.wallMs, monotonic: () => sources.monotonicMs });
    /** Time passes, and on the machine's clock something may be set besides. */
    const pass = (ms: number, setBy = 0): number => {
      sources.monotonicMs += ms;
      sources.wallMs += ms + setBy;
      return clock.now() - START;
    };
    clock.now();
    return { clock, pass };
  };

  it('goes on at the pace of the monotonic clock when the machine is set back, and says how far it is ahead', () => {
    const { clock, pass } = stage();
    assert.equal(pass(5_000), 5_000);
    assert.equal(clock.aheadMs(), 0);
    assert.equal(pass(0, -HOUR_MS), 5_000);
    assert.equal(pass(1_000), 6_000);
    assert.equal(pass(HOUR_MS / 2), 6_000 + HOUR_MS / 2);
    assert.equal(clock.aheadMs(), HOUR_MS);
  });

  it('follows the machine again once that has caught up', () => {
    const { clock, pass } = stage();
    pass(0, -HOUR_MS);
    pass(1_000);
    assert.equal(pass(0, HOUR_MS + 7), 1_007);
    assert.equal(clock.aheadMs(), 0);
    assert.equal(pass(1), 1_008);
  });

  it('stands still over a correction of less than a second, and never goes back', () => {
    const { clock, pass } = stage();
    pass(5_000);
    assert.equal(pass(0, -900), 5_000);
    assert.equal(pass(800), 5_000);
    assert.equal(pass(200), 5_100);
    assert.equal(clock.aheadMs(), 0);
  });

  it('goes on from what is on record after a start that is behind it', () => {
    const { clock, pass } = stage();
    clock.continueFrom(START + 1_200_000);
    assert.equal(clock.now(), START + 1_200_000);
    assert.equal(pass(40), 1_200_040);
    assert.equal(clock.aheadMs(), 1_200_000);
    clock.continueFrom(START);
    assert.equal(pass(10), 1_200_050);
  });

  it('never decreases, whatever is done to the machine', () => {
    const steps = fc.array(
      fc.tuple(fc.nat(3_000), fc.constantFrom(0, 0, 0, -500, -5_000, -HOUR_MS, 400, HOUR_MS)),
    );
    fc.assert(
      fc.property(steps, (all) => {
        const { pass } = stage();
        let last = 0;
        for (const [ms, setBy] of all) {
          const now = pass(ms, setBy);
          assert.ok(now >= last);
          last = now;
        }
      }),
    );
  });
});

describe('the system clock', () => {
  it('calls once what is due, and not what was cancelled', async () => {
    const calls: string[] = [];
    const cancel = systemClock.after(0, () => calls.push('cancelled'));
    cancel();
    cancel();
    await new Promise<void>((resolve) => {
      systemClock.after(-1, () => calls.push('due'));
      systemClock.after(1, resolve);
    });
    assert.deepEqual(calls, ['due']);
  });

  it('waits longer than one timer of the runtime can', () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const run = mock.fn();
      const waitMs = 2 ** 31 + 1000;
      systemClock.after(waitMs, run);
      mock.timers.tick(2 ** 31 - 1);
      assert.equal(run.mock.callCount(), 0);
      mock.timers.tick(1000);
      assert.equal(run.mock.callCount(), 0);
      mock.timers.tick(1);
      assert.equal(run.mock.callCount(), 1);
      const cancel = systemClock.after(waitMs, run);
      mock.timers.tick(2 ** 31);
      cancel();
      mock.timers.tick(waitMs);
      assert.equal(run.mock.callCount(), 1);
    } finally {
      mock.timers.reset();
    }
  });
});

describe('the manual clock', () => {
  it('fires in order of due time, then of asking, and shows each timer its own time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -5, max: 50 }), { maxLength: 12, size: 'max' }),
        async (waits) => {
          const clock = createManualClock(1000);
          const fired: { index: number; atMs: number }[] = [];
          waits.forEach((ms, index) => clock.after(ms, () => fired.push({ index, atMs: clock.now() })));
          await clock.advance(30);
          await clock.advance(30);
          const expected = waits
            .map((ms, index) => ({ index, atMs: 1000 + Math.max(0, ms) }))
            .toSorted((a, b) => a.atMs - b.atMs || a.index - b.index);
          assert.deepEqual(fired, expected);
          assert.equal(clock.now(), 1060);
          assert.equal(clock.pending, 0);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('lets promises go on between timers, and fires what they schedule on the way', async () => {
    const clock = createManualClock(0);
    const sleep = (ms: number): Promise<void> =>
      new Promise((resolve) => {
        clock.after(ms, resolve);
      });
    const wokenAtMs: number[] = [];
    const sleeper = (async () => {
      for (let i = 0; i < 4; i++) {
        await sleep(10);
        wokenAtMs.push(clock.now());
      }
    })();
    await clock.advance(35);
    assert.deepEqual(wokenAtMs, [10, 20, 30]);
    await clock.advance(5);
    await sleeper;
    assert.deepEqual(wokenAtMs, [10, 20, 30, 40]);
  });

  it('fires nothing when set, and what is overdue with the next advance', async () => {
    const clock = createManualClock(0);
    const run = mock.fn();
    clock.after(10, run);
    clock.set(100);
    assert.equal(run.mock.callCount(), 0);
    await clock.advance(0);
    assert.equal(run.mock.callCount(), 1);
    assert.equal(clock.now(), 100);
  });

  it('refuses to go back', async () => {
    const clock = createManualClock(50);
    assert.throws(() => clock.set(49), RangeError);
    assert.throws(() => clock.set(Number.NaN), RangeError);
    await assert.rejects(clock.advance(-1), RangeError);
  });
});

describe('repetition', () => {
  it('waits for a run to end before it counts the interval, so that runs never overlap', async () => {
    const clock = createManualClock(0);
    const startedAtMs: number[] = [];
    const stop = every(
      clock,
      10,
      () => {
        startedAtMs.push(clock.now());
        return new Promise((resolve) => {
          clock.after(25, resolve);
        });
      },
      fail,
    );
    await clock.advance(100);
    assert.deepEqual(startedAtMs, [10, 45, 80]);
    stop();
  });

  it('reports what a run throws, in either way, and goes on', async () => {
    const clock = createManualClock(0);
    const errors: unknown[] = [];
    let runs = 0;
    const run = (): void | Promise<void> => {
      runs++;
      if (runs === 1) throw new Error('thrown');
      if (runs === 2) return Promise.reject(new Error('rejected'));
    };
    const stop = every(clock, 1, run, (error) => errors.push(error));
    await clock.advance(3);
    stop();
    assert.equal(runs, 3);
    assert.deepEqual(errors, [new Error('thrown'), new Error('rejected')]);
  });

  it('leaves no timer behind when it is stopped, also in the middle of a run', async () => {
    const clock = createManualClock(0);
    const stopWaiting = every(clock, 10, () => undefined, fail);
    stopWaiting();
    assert.equal(clock.pending, 0);
    let finish: () => void = assert.fail;
    let runs = 0;
    const stopRunning = every(
      clock,
      10,
      () => {
        runs++;
        return new Promise<void>((resolve) => {
          finish = resolve;
        });
      },
      fail,
    );
    await clock.advance(10);
    stopRunning();
    finish();
    await clock.advance(100);
    assert.equal(runs, 1);
    assert.equal(clock.pending, 0);
  });
});
