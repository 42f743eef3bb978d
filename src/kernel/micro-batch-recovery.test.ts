import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock, type ManualClock } from './clock.ts';
import { DeadlineFault, Fault, UnavailableFault } from './faults.ts';
import { createMicroBatch, type MicroBatchOptions } from './micro-batch.ts';

type Settled = PromiseSettledResult<number>;

class Poison extends Error {
  readonly n: number;

  constructor(n: number) {
    super(`poisoned by ${n}`);
    this.n = n;
  }
}

/** Submits 0 to `count` - 1 into one batch and gives the runs there were, what became of each, and the outcome. */
async function runAll(count: number, options: Partial<MicroBatchOptions<number, number>>) {
  const clock: ManualClock = createManualClock();
  const runs: number[][] = [];
  const outcomes: string[] = [];
  const { run = async (requests: readonly number[]) => requests, ...others } = options;
  const batch = createMicroBatch<number, number>({
    name: 'test',
    maxBatch: count,
    maxQueued: 1000,
    clock,
    observe: ({ outcome }) => outcomes.push(outcome),
    ...others,
    run(requests) {
      runs.push([...requests]);
      return run(requests);
    },
  });
  const answers = Promise.allSettled(Array.from({ length: count }, (_, n) => batch.submit(n)));
  const drained = batch.drain();
  for (let i = 0; i < 50; i++) await clock.advance(10);
  await drained;
  return { runs, outcomes, settled: await answers, inFlight: batch.inFlight };
}

function poisoned(...bad: number[]): MicroBatchOptions<number, number>['run'] {
  return async (requests) => {
    const found = requests.find((n) => bad.includes(n));
    if (found !== undefined) throw new Poison(found);
    return requests;
  };
}

/** Which requests failed, with the message of their error. */
function failures(settled: readonly Settled[]): Record<number, string> {
  const entries = settled.flatMap((result, n) =>
    result.status === 'rejected' ? [[n, (result.reason as Error).message]] : [],
  );
  return Object.fromEntries(entries);
}

describe('a poisoned batch', () => {
  it('is split until the bad request fails alone with its own error, wherever it stands', async () => {
    for (const size of [1, 2, 3, 8, 13]) {
      for (let bad = 0; bad < size; bad++) {
        const { settled, outcomes } = await runAll(size, { run: poisoned(bad) });
        assert.deepEqual(failures(settled), { [bad]: `poisoned by ${bad}` });
        settled.forEach((result, n) => {
          if (n !== bad) assert.deepEqual(result, { status: 'fulfilled', value: n });
        });
        assert.deepEqual(outcomes, [size === 1 ? 'failed' : 'split']);
      }
    }
  });

  it('is run in halves, in order, one at a time', async () => {
    const { runs } = await runAll(8, { run: poisoned(2) });
    assert.deepEqual(runs, [[0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3], [0, 1], [2, 3], [2], [3], [4, 5, 6, 7]]);
  });

  it('with several bad requests fails exactly those', async () => {
    const { settled } = await runAll(16, { run: poisoned(0, 7, 8, 15) });
    assert.deepEqual(Object.keys(failures(settled)), ['0', '7', '8', '15']);
  });

  it('with nothing but bad requests takes fewer than two runs a request', async () => {
    const { settled, runs } = await runAll(16, { run: poisoned(...Array.from({ length: 16 }, (_, n) => n)) });
    assert.equal(Object.keys(failures(settled)).length, 16);
    assert.equal(runs.length, 31);
  });

  it('is split as well when run throws before it returns a promise', async () => {
    const run = (requests: readonly number[]): Promise<readonly number[]> => {
      if (requests.includes(1)) throw new Poison(1);
      return Promise.resolve(requests);
    };
    const { settled, inFlight } = await runAll(4, { run });
    assert.deepEqual(failures(settled), { 1: 'poisoned by 1' });
    assert.equal(inFlight, 0);
  });

  it('leaves other batches alone', async () => {
    const { settled } = await runAll(12, { maxBatch: 4, run: poisoned(5) });
    assert.deepEqual(failures(settled), { 5: 'poisoned by 5' });
  });
});

describe('answers that do not match the requests', () => {
  for (const [name, answers] of [
    ['too few', [1]],
    ['too many', [1, 2, 3, 4, 5]],
    ['none at all', undefined as unknown as number[]],
  ] as const) {
    it(`fail the whole batch and run nothing twice: ${name}`, async () => {
      const { settled, runs, outcomes } = await runAll(3, { run: async () => answers });
      assert.equal(runs.length, 1);
      assert.deepEqual(outcomes, ['failed']);
      for (const result of settled) {
        assert.ok(result.status === 'rejected' && result.reason instanceof Fault);
        assert.equal(result.reason.code, 'batch_answers_mismatched');
      }
    });
  }

  it('in one half of a split batch leave the other half its answers', async () => {
    const run = async (requests: readonly number[]): Promise<readonly number[]> => {
      if (requests.length === 4) throw new Error('split me');
      return requests.includes(0) ? [] : requests;
    };
    const { settled, runs } = await runAll(4, { run });
    assert.deepEqual(runs, [
      [0, 1, 2, 3],
      [0, 1],
      [2, 3],
    ]);
    assert.deepEqual(Object.keys(failures(settled)), ['0', '1']);
  });
});

describe('a retryable fault', () => {
  /** Fails the first `times` runs. */
  const away = (times: number): MicroBatchOptions<number, number>['run'] => {
    let runs = 0;
    return async (requests) => {
      if (++runs <= times) throw new UnavailableFault('postgres', `away, ${runs}`);
      return requests;
    };
  };

  it('is retried with the whole batch, after the pause', async () => {
    const { settled, runs, outcomes } = await runAll(3, {
      run: away(2),
      retry: { attempts: 2, delayMs: 20 },
    });
    assert.deepEqual(failures(settled), {});
    assert.deepEqual(runs, [
      [0, 1, 2],
      [0, 1, 2],
      [0, 1, 2],
    ]);
    assert.deepEqual(outcomes, ['retried']);
  });

  it('fails all of the batch with the last fault when the attempts are used up, without a split', async () => {
    const { settled, runs, outcomes } = await runAll(4, {
      run: away(99),
      retry: { attempts: 2, delayMs: 20 },
    });
    assert.equal(runs.length, 3);
    assert.deepEqual(failures(settled), { 0: 'away, 3', 1: 'away, 3', 2: 'away, 3', 3: 'away, 3' });
    assert.deepEqual(outcomes, ['failed']);
  });

  it('is not retried unless that was asked for', async () => {
    const { settled, runs } = await runAll(2, { run: away(1) });
    assert.equal(runs.length, 1);
    assert.deepEqual(failures(settled), { 0: 'away, 1', 1: 'away, 1' });
  });

  it('waits out its pause on the clock that was passed in', async () => {
    const clock = createManualClock(0);
    const ranAtMs: number[] = [];
    const batch = createMicroBatch<number, number>({
      name: 'test',
      maxBatch: 1,
      maxQueued: 1,
      clock,
      retry: { attempts: 3, delayMs: 100 },
      async run(requests) {
        ranAtMs.push(clock.now());
        if (ranAtMs.length < 3) throw new UnavailableFault('postgres', 'away');
        return requests;
      },
    });
    const answer = batch.submit(1);
    await clock.advance(1000);
    assert.equal(await answer, 1);
    assert.deepEqual(ranAtMs, [0, 100, 200]);
  });

  it('that took long to come is not tried again', async () => {
    const clock = createManualClock(0);
    let runs = 0;
    const batch = createMicroBatch<number, number>({
      name: 'test',
      maxBatch: 1,
      maxQueued: 1,
      clock,
      retry: { attempts: 3, delayMs: 10 },
      async run() {
        runs += 1;
        await new Promise<void>((resolve) => {
          clock.after(5_000, resolve);
        });
        throw new UnavailableFault('postgres', 'away');
      },
    });
    const refused = assert.rejects(batch.submit(1), UnavailableFault);
    await clock.advance(60_000);
    await refused;
    assert.equal(runs, 1);
  });

  it('that turns into another error on the retry leads to a split', async () => {
    let runs = 0;
    const { settled, outcomes } = await runAll(4, {
      retry: { attempts: 5, delayMs: 1 },
      run(requests) {
        if (runs++ === 0) throw new UnavailableFault('postgres', 'away');
        return poisoned(3)(requests);
      },
    });
    assert.deepEqual(failures(settled), { 3: 'poisoned by 3' });
    assert.deepEqual(outcomes, ['split']);
  });

  it('in the middle of a split is retried, and ends the split when it stays', async () => {
    const run = async (requests: readonly number[]): Promise<readonly number[]> => {
      if (requests.length === 8) throw new Error('split me');
      if (requests.includes(1)) throw new UnavailableFault('postgres', 'away');
      return requests;
    };
    const { settled, runs } = await runAll(8, { run, retry: { attempts: 1, delayMs: 1 } });
    assert.deepEqual(Object.keys(failures(settled)), ['0', '1', '2', '3', '4', '5', '6', '7']);
    assert.deepEqual(
      runs.map((requests) => requests.length),
      [8, 4, 4],
    );
  });
});

describe('a missed deadline', () => {
  it('fails the batch at once: what may have happened is not done again', async () => {
    const { settled, runs, outcomes } = await runAll(4, {
      run: () => Promise.reject(new DeadlineFault('late')),
      retry: { attempts: 3, delayMs: 1 },
    });
    assert.equal(runs.length, 1);
    assert.deepEqual(failures(settled), { 0: 'late', 1: 'late', 2: 'late', 3: 'late' });
    assert.deepEqual(outcomes, ['failed']);
  });
});
