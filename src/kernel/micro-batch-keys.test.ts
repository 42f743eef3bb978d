import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createManualClock } from './clock.ts';
import { OverloadedFault } from './faults.ts';
import { createMicroBatch, type MicroBatchOptions } from './micro-batch.ts';

/** A request is written as its keys and its name: 'ab1' has the keys a and b. */
function keysOf(request: string): string[] {
  return request.replaceAll(/[^a-z]/g, '').split('');
}

function gated(options: Partial<MicroBatchOptions<string, string>> = {}) {
  const flights: { readonly requests: string; answer(error?: Error): Promise<void> }[] = [];
  const batch = createMicroBatch<string, string>({
    name: 'keyed',
    maxBatch: 4,
    maxQueued: 100,
    clock: createManualClock(),
    conflictKeys: keysOf,
    async run(requests) {
      const gate = Promise.withResolvers<void>();
      flights.push({
        requests: requests.join(' '),
        answer(error) {
          if (error === undefined) gate.resolve();
          else gate.reject(error);
          return turn();
        },
      });
      await gate.promise;
      return requests;
    },
    ...options,
  });
  const submit = (text: string): Promise<string[]> => {
    const answers = text.split(' ').map((request) => batch.submit(request));
    return Promise.all(answers);
  };
  return { batch, flights, submit, log: () => flights.map((flight) => flight.requests) };
}

describe('conflict keys', () => {
  it('keep requests that share one out of a batch together, and in order', async () => {
    const { submit, flights, log } = gated();
    const answers = submit('a1 a2 b1 a3 b2');
    await turn();
    assert.deepEqual(log(), ['a1 b1']);
    await flights[0]!.answer();
    assert.deepEqual(log(), ['a1 b1', 'a2 b2']);
    await flights[1]!.answer();
    await flights[2]!.answer();
    assert.deepEqual(log(), ['a1 b1', 'a2 b2', 'a3']);
    assert.deepEqual(await answers, ['a1', 'a2', 'b1', 'a3', 'b2']);
  });

  it('keep them from being in flight together as well', async () => {
    const { submit, flights, log, batch } = gated();
    void submit('a1');
    await turn();
    void submit('a2 b1');
    await turn();
    assert.deepEqual(log(), ['a1', 'b1']);
    assert.deepEqual([batch.queued, batch.inFlight], [1, 2]);
    await flights[1]!.answer();
    assert.deepEqual(log(), ['a1', 'b1']);
    await flights[0]!.answer();
    assert.deepEqual(log(), ['a1', 'b1', 'a2']);
  });

  it('let a request with several wait until it is first for each of them', async () => {
    const { submit, flights, log } = gated();
    void submit('a1');
    await turn();
    void submit('b1');
    await turn();
    void submit('ab1 b2 c1');
    await flights[0]!.answer();
    assert.deepEqual(log(), ['a1', 'b1', 'c1']);
    await flights[1]!.answer();
    assert.deepEqual(log(), ['a1', 'b1', 'c1', 'ab1']);
    await flights[3]!.answer();
    assert.deepEqual(log().slice(4), ['b2']);
  });

  it('do not lock up on requests that name them in another order, or twice', async () => {
    const { submit, flights, log } = gated();
    const answers = submit('ab1 ba2 aa3 bb4');
    for (let index = 0; index < 3; index++) {
      await turn();
      await flights[index]!.answer();
    }
    assert.deepEqual(log(), ['ab1', 'ba2', 'bb4 aa3']);
    assert.equal((await answers).length, 4);
  });

  it('let what was deferred leave before what came later, in a batch filled up with that', async () => {
    const { submit, flights, log } = gated({ maxInFlight: 1 });
    void submit('a1 b1 c1');
    await turn();
    void submit('d1 e1 a2 f1 g1 b2 h1 i1');
    await flights[0]!.answer();
    assert.deepEqual(log()[1], 'a2 b2 d1 e1');
    await flights[1]!.answer();
    assert.deepEqual(log()[2], 'f1 g1 h1 i1');
  });

  it('do not disturb the gathering of a turn after a batch was filled up', async () => {
    const { submit, flights, log } = gated({ maxInFlight: 1 });
    void submit('a1');
    await turn();
    void submit('a2 b1 c1 d1');
    await flights[0]!.answer();
    await flights[1]!.answer();
    void submit('e1');
    assert.equal(flights.length, 2);
    void submit('f1');
    await turn();
    assert.deepEqual(log().slice(1), ['a2 b1 c1 d1', 'e1 f1']);
  });

  it('count deferred requests against the bound of the queue', async () => {
    const { submit, batch } = gated({ maxQueued: 3 });
    void submit('a1');
    await turn();
    void submit('a2 a3 a4');
    assert.equal(batch.queued, 3);
    await assert.rejects(batch.submit('b1'), OverloadedFault);
  });

  it('are held until a batch that failed is settled, and free then', async () => {
    const { submit, flights, log } = gated();
    const outcome = submit('a1 b1').then(
      (answers) => answers.join(),
      (error: Error) => error.message,
    );
    const behind = submit('a2');
    await turn();
    await flights[0]!.answer(new Error('split'));
    assert.deepEqual(log(), ['a1 b1', 'a1']);
    await flights[1]!.answer(new Error('poisoned'));
    assert.deepEqual(log(), ['a1 b1', 'a1', 'b1']);
    await flights[2]!.answer();
    assert.deepEqual(log(), ['a1 b1', 'a1', 'b1', 'a2']);
    await flights[3]!.answer();
    assert.equal(await outcome, 'poisoned');
    assert.deepEqual(await behind, ['a2']);
  });

  it('are waited for by drain', async () => {
    const { submit, flights, batch } = gated();
    const answers = submit('a1 a2 a3');
    const drained = batch.drain();
    for (let index = 0; index < 3; index++) {
      await turn();
      await flights[index]!.answer();
    }
    await drained;
    assert.deepEqual(await answers, ['a1', 'a2', 'a3']);
  });

  it('that cannot be told reject that request alone', async () => {
    const { batch, flights } = gated({
      conflictKeys(request) {
        if (request === 'bad') throw new TypeError('no keys');
        return [request];
      },
    });
    await assert.rejects(batch.submit('bad'), /no keys/);
    assert.equal(batch.queued, 0);
    const good = batch.submit('good');
    await turn();
    await flights[0]!.answer();
    assert.equal(await good, 'good');
  });

  it('may be none', async () => {
    const { submit, log } = gated({ conflictKeys: () => [] });
    void submit('a1 a2 a3');
    await turn();
    assert.deepEqual(log(), ['a1 a2 a3']);
  });

  it('count the wait of a deferred request from its arrival', async () => {
    const clock = createManualClock(0);
    const waited: number[] = [];
    const { submit, flights, log } = gated({ clock, observe: ({ queuedMs }) => waited.push(queuedMs) });
    void submit('a1');
    await turn();
    clock.set(5);
    void submit('a2');
    clock.set(12);
    void submit('b1');
    clock.set(20);
    await flights[0]!.answer();
    await flights[1]!.answer();
    assert.deepEqual(log(), ['a1', 'a2 b1']);
    assert.deepEqual(waited, [0, 15]);
  });

  it('count the wait of a filled-up batch from the oldest of its requests', async () => {
    const clock = createManualClock(0);
    const waited: number[] = [];
    const { submit, flights, log } = gated({
      clock,
      maxInFlight: 1,
      observe: ({ queuedMs }) => waited.push(queuedMs),
    });
    void submit('a1');
    await turn();
    clock.set(5);
    void submit('b1');
    clock.set(10);
    void submit('a2');
    clock.set(25);
    await flights[0]!.answer();
    await flights[1]!.answer();
    assert.deepEqual(log(), ['a1', 'a2 b1']);
    assert.deepEqual(waited, [0, 20]);
  });
});
