import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createManualClock } from './clock.ts';
import { OverloadedFault, UnavailableFault } from './faults.ts';
import { createMicroBatch, type MicroBatch, type MicroBatchOptions } from './micro-batch.ts';

type Flight = { readonly requests: readonly number[]; answer(): Promise<void> };

/** A batcher of numbers whose runs wait until the test lets them answer; each number is answered by its double. */
function gated(options: Partial<MicroBatchOptions<number, number>> = {}) {
  const flights: Flight[] = [];
  const batch: MicroBatch<number, number> = createMicroBatch<number, number>({
    name: 'doubling',
    maxBatch: 3,
    maxQueued: 100,
    clock: createManualClock(),
    async run(requests) {
      const gate = Promise.withResolvers<void>();
      flights.push({
        requests: [...requests],
        answer() {
          gate.resolve();
          return turn();
        },
      });
      await gate.promise;
      return requests.map((n) => n * 2);
    },
    ...options,
  });
  return { batch, flights, sizes: () => flights.map((flight) => flight.requests.length) };
}

describe('batching', () => {
  it('lets a lone request leave at once, without a timer', async () => {
    const clock = createManualClock();
    const { batch, flights } = gated({ clock });
    const answer = batch.submit(21);
    await turn();
    assert.equal(flights.length, 1);
    assert.equal(clock.pending, 0);
    await flights[0]!.answer();
    assert.equal(await answer, 42);
  });

  it('takes along all that comes in one turn of the event loop, also across microtasks', async () => {
    const { batch, flights } = gated({ maxBatch: 10 });
    void batch.submit(1);
    void Promise.resolve().then(() => batch.submit(2));
    queueMicrotask(() => queueMicrotask(() => void batch.submit(3)));
    await turn();
    await turn();
    assert.deepEqual(flights[0]?.requests, [1, 2, 3]);
  });

  it('does not wait for the end of the turn with a full batch', () => {
    const { batch, sizes } = gated({ maxBatch: 3 });
    for (let n = 0; n < 7; n++) void batch.submit(n);
    assert.deepEqual(sizes(), [3, 3]);
    assert.equal(batch.queued, 1);
  });

  it('gathers what comes while the allowed batches are in flight, and sends it when one returns', async () => {
    const { batch, flights } = gated({ maxBatch: 10, maxInFlight: 1 });
    void batch.submit(0);
    await turn();
    for (let n = 1; n <= 4; n++) {
      void batch.submit(n);
      await turn();
    }
    assert.equal(flights.length, 1);
    assert.deepEqual([batch.queued, batch.inFlight], [4, 1]);
    await flights[0]!.answer();
    assert.deepEqual(flights[1]?.requests, [1, 2, 3, 4]);
    assert.deepEqual([batch.queued, batch.inFlight], [0, 1]);
  });

  it('sends no smaller batch beside one in flight, unless it is full', async () => {
    const { batch, flights, sizes } = gated({ maxBatch: 4 });
    for (let n = 0; n < 3; n++) void batch.submit(n);
    await turn();
    void batch.submit(3);
    void batch.submit(4);
    await turn();
    assert.deepEqual(sizes(), [3]);
    void batch.submit(5);
    await turn();
    assert.deepEqual(sizes(), [3, 3]);
    await flights[0]!.answer();
    void batch.submit(6);
    await turn();
    assert.deepEqual(sizes(), [3, 3]);
    await flights[1]!.answer();
    assert.deepEqual(sizes(), [3, 3, 1]);

    const full = gated({ maxBatch: 2, maxInFlight: 3 });
    for (let n = 0; n < 6; n++) void full.batch.submit(n);
    await turn();
    assert.deepEqual(full.sizes(), [2, 2, 2]);
  });

  it('has at most the allowed number in flight, two by default', async () => {
    for (const [options, expected] of [[{}, 2] as const, [{ maxInFlight: 4 }, 4] as const]) {
      const { batch, flights } = gated({ maxBatch: 1, ...options });
      const answers = Array.from({ length: 20 }, (_, n) => batch.submit(n));
      for (let returned = 0; returned < 20; returned++) {
        await turn();
        assert.equal(batch.inFlight, Math.min(expected, 20 - returned));
        assert.equal(flights.length, Math.min(expected + returned, 20));
        await flights[returned]!.answer();
      }
      assert.deepEqual(
        await Promise.all(answers),
        Array.from({ length: 20 }, (_, n) => n * 2),
      );
    }
  });

  it('keeps the order of arrival within and across batches, whichever returns first', async () => {
    const { batch, flights } = gated({ maxBatch: 3 });
    const answers = Array.from({ length: 12 }, (_, n) => batch.submit(n));
    await flights[1]!.answer();
    await flights[2]!.answer();
    await flights[0]!.answer();
    await flights[3]!.answer();
    assert.deepEqual(
      flights.flatMap((flight) => flight.requests),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    );
    assert.deepEqual(await Promise.all(answers), [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22]);
  });

  it('sends the next batch before it hands out the answers of the last', async () => {
    const log: string[] = [];
    const gate = Promise.withResolvers<void>();
    const { batch } = gated({
      maxInFlight: 1,
      maxBatch: 1,
      async run(requests) {
        log.push(`run ${requests.join()}`);
        if (requests[0] === 1) await gate.promise;
        return requests;
      },
    });
    const first = batch.submit(1).then(() => log.push('answer 1'));
    const second = batch.submit(2);
    gate.resolve();
    await Promise.all([first, second]);
    assert.deepEqual(log, ['run 1', 'run 2', 'answer 1']);
  });

  it('can be asked by its own run', async () => {
    const { batch } = gated({
      maxInFlight: 2,
      maxBatch: 1,
      run: async ([n]) => [n! > 0 ? 1 + (await batch.submit(n! - 1)) : 0],
    });
    assert.equal(await batch.submit(1), 1);
  });
});

describe('the bound of the queue', () => {
  it('refuses at the bound with a fault that says when to come back, and takes requests again below it', async () => {
    const clock = createManualClock(0);
    const { batch, flights } = gated({ clock, maxBatch: 2, maxInFlight: 1, maxQueued: 4 });
    const warmUp = batch.submit(0);
    await turn();
    clock.set(80);
    await flights[0]!.answer();
    await warmUp;
    const accepted = Array.from({ length: 6 }, (_, n) => batch.submit(n));
    assert.equal(batch.queued, 4);
    await assert.rejects(batch.submit(9), (error) => {
      assert.ok(error instanceof OverloadedFault);
      assert.match(error.message, /doubling has 4 requests waiting/);
      // The mean over eight batches rose from 0 to 10 ms by the one of 80 ms; three rounds are ahead.
      assert.equal(error.retryAfterMs, 30);
      return true;
    });
    await flights[1]!.answer();
    const afterwards = batch.submit(10);
    for (const index of [2, 3, 4]) await flights[index]!.answer();
    assert.deepEqual(await Promise.all([...accepted, afterwards]), [0, 2, 4, 6, 8, 10, 20]);
    assert.deepEqual(
      flights.slice(1).flatMap((flight) => flight.requests),
      [0, 1, 2, 3, 4, 5, 10],
    );
  });

  it('counts what waits for the end of the turn', async () => {
    const { batch } = gated({ maxBatch: 10, maxQueued: 2 });
    void batch.submit(1);
    void batch.submit(2);
    await assert.rejects(batch.submit(3), OverloadedFault);
  });

  it('must be a bound, as must the size of a batch and the number in flight', () => {
    for (const wrong of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      for (const name of ['maxBatch', 'maxInFlight', 'maxQueued']) {
        assert.throws(() => gated({ [name]: wrong }), new RegExp(`${name} must be a whole number`));
      }
    }
  });
});

describe('draining', () => {
  it('answers all that was accepted, refuses what is new, and ends only then', async () => {
    const { batch, flights } = gated({ maxBatch: 2, maxInFlight: 1 });
    const answers = Array.from({ length: 5 }, (_, n) => batch.submit(n));
    const log: string[] = [];
    const draining = batch.drain().then(() => log.push('drained'));
    await assert.rejects(batch.submit(9), (error) => {
      assert.ok(error instanceof UnavailableFault);
      assert.match(error.message, /stopping/);
      return true;
    });
    for (let index = 0; index < 3; index++) {
      await turn();
      assert.deepEqual(log, []);
      await flights[index]!.answer();
    }
    await draining;
    assert.deepEqual(await Promise.all(answers), [0, 2, 4, 6, 8]);
  });

  it('ends at once when there is nothing to do, and bears repetition', async () => {
    const { batch, flights } = gated();
    await Promise.all([batch.drain(), batch.drain()]);
    await batch.drain();
    await assert.rejects(batch.submit(1), UnavailableFault);
    assert.equal(flights.length, 0);
  });
});

describe('observation', () => {
  it('tells of each batch its size, how long its oldest request waited, and how long it ran', async () => {
    const clock = createManualClock(0);
    const seen: unknown[] = [];
    const { batch, flights } = gated({ clock, maxInFlight: 1, observe: (o) => seen.push(o) });
    void batch.submit(0);
    await turn();
    clock.set(10);
    void batch.submit(1);
    clock.set(15);
    void batch.submit(2);
    clock.set(30);
    await flights[0]!.answer();
    clock.set(37);
    await flights[1]!.answer();
    assert.deepEqual(seen, [
      { size: 1, queuedMs: 0, runMs: 30, outcome: 'ok' },
      { size: 2, queuedMs: 20, runMs: 7, outcome: 'ok' },
    ]);
  });

  it('costs nobody an answer when the observer throws', async () => {
    const { batch } = gated({
      run: async (requests) => requests,
      observe: () => {
        throw new Error('no disk for metrics');
      },
    });
    assert.deepEqual(await Promise.all([1, 2, 3, 4].map((n) => batch.submit(n))), [1, 2, 3, 4]);
    await batch.drain();
  });
});

describe('a request that waited too long', () => {
  it('is refused and not run, and what came later is run', async () => {
    const clock = createManualClock();
    const { batch, flights } = gated({ clock, maxBatch: 1, maxInFlight: 1, maxWaitMs: 5_000 });
    const first = batch.submit(1);
    await turn();
    const late = assert.rejects(batch.submit(2), OverloadedFault);
    await clock.advance(5_001);
    const fresh = batch.submit(3);
    await flights[0]!.answer();
    await late;
    await turn();
    assert.deepEqual(
      flights.map(({ requests }) => requests),
      [[1], [3]],
    );
    await flights[1]!.answer();
    assert.deepEqual(await Promise.all([first, fresh]), [2, 6]);
  });
});
