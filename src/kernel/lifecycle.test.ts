import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createManualClock } from './clock.ts';
import { createLifecycle, type Lifecycle, repeating, startInOrder, stopInReverse } from './lifecycle.ts';

function recorded(log: string[], name: string, failing: { start?: Error; stop?: Error } = {}): Lifecycle {
  const step = (kind: 'start' | 'stop') => async (): Promise<void> => {
    await Promise.resolve();
    log.push(`${kind} ${name}`);
    if (failing[kind] !== undefined) throw failing[kind];
  };
  return createLifecycle(name, { start: step('start'), stop: step('stop') });
}

describe('a lifecycle', () => {
  it('bears a double start and a double stop, at once and later', async () => {
    const log: string[] = [];
    const part = recorded(log, 'a');
    await part.stop();
    await Promise.all([part.start(), part.start()]);
    await part.start();
    await Promise.all([part.stop(), part.stop()]);
    await part.stop();
    assert.deepEqual(log, ['start a', 'stop a']);
  });

  it('finishes a start before a stop that came in the middle of it', async () => {
    const log: string[] = [];
    const started = Promise.withResolvers<void>();
    const part = createLifecycle('slow', {
      async start() {
        log.push('starting');
        await started.promise;
        log.push('started');
      },
      stop() {
        log.push('stopped');
      },
    });
    const starting = part.start();
    const stopping = part.stop();
    started.resolve();
    await Promise.all([starting, stopping]);
    assert.deepEqual(log, ['starting', 'started', 'stopped']);
  });

  it('can be started again after a failed start, and has nothing to stop in between', async () => {
    let fail = true;
    const log: string[] = [];
    const part = createLifecycle('moody', {
      start() {
        log.push('start');
        if (fail) throw new Error('not today');
      },
      stop() {
        log.push('stop');
      },
    });
    await assert.rejects(part.start(), /not today/);
    await part.stop();
    fail = false;
    await part.start();
    await part.stop();
    assert.deepEqual(log, ['start', 'start', 'stop']);
  });

  it('does not stop what failed to start while the stop was waiting', async () => {
    const log: string[] = [];
    const part = recorded(log, 'a', { start: new Error('no') });
    const starting = assert.rejects(part.start(), /no/);
    await part.stop();
    await starting;
    assert.deepEqual(log, ['start a']);
  });

  it('can be stopped again after a failed stop', async () => {
    let fail = true;
    let stops = 0;
    const part = createLifecycle('sticky', {
      start: () => undefined,
      stop() {
        stops++;
        if (fail) throw new Error('stuck');
      },
    });
    await part.start();
    await assert.rejects(part.stop(), /stuck/);
    fail = false;
    await part.stop();
    await part.stop();
    assert.equal(stops, 2);
  });

  it('never overlaps its steps and ends in the state asked for last, whatever the calls', async () => {
    const call = fc.constantFrom('start', 'stop', 'wait');
    await fc.assert(
      fc.asyncProperty(
        fc.array(call, { maxLength: 12, size: 'max' }),
        fc.array(fc.boolean()),
        async (calls, failures) => {
          let active = 0;
          let running = false;
          let step = 0;
          const enter = async (to: boolean): Promise<void> => {
            active++;
            assert.equal(active, 1, 'two steps at a time');
            assert.equal(running, !to, 'the same step twice in a row');
            await Promise.resolve();
            active--;
            if (to && failures[step++] === true) throw new Error('failed');
            running = to;
          };
          const part = createLifecycle('p', { start: () => enter(true), stop: () => enter(false) });
          const pending: Promise<void>[] = [];
          for (const what of calls) {
            if (what === 'start') pending.push(part.start());
            else if (what === 'stop') pending.push(part.stop());
            else await Promise.allSettled(pending);
          }
          const errors = (await Promise.allSettled(pending)).filter((result) => result.status === 'rejected');
          for (const { reason } of errors) assert.equal((reason as Error).message, 'failed');
          const last = calls.findLast((what) => what !== 'wait');
          if (errors.length === 0) assert.equal(running, last === 'start');
          if (last === 'stop') assert.equal(running, false);
        },
      ),
    );
  });
});

describe('parts in order', () => {
  it('start one after the other with progress, and stop in reverse', async () => {
    const log: string[] = [];
    const parts = ['a', 'b', 'c'].map((name) => recorded(log, name));
    await startInOrder(parts, ({ name, state, index, total }) => {
      log.push(`${name} ${state} ${index + 1}/${total}`);
    });
    await stopInReverse(parts);
    const progress = ['a', 'b', 'c'].flatMap((name, i) => [
      `${name} starting ${i + 1}/3`,
      `start ${name}`,
      `${name} started ${i + 1}/3`,
    ]);
    assert.deepEqual(log, [...progress, 'stop c', 'stop b', 'stop a']);
  });

  it('stop again what had started when one fails, and the first error is thrown', async () => {
    const log: string[] = [];
    const heard: string[] = [];
    const parts = [
      recorded(log, 'a'),
      recorded(log, 'b', { stop: new Error('stuck') }),
      recorded(log, 'c', { start: new Error('no port') }),
      recorded(log, 'd'),
    ];
    const onStopError = (name: string, error: unknown): void => void heard.push(`${name}: ${String(error)}`);
    await assert.rejects(startInOrder(parts, undefined, { onStopError }), /no port/);
    assert.deepEqual(log, ['start a', 'start b', 'start c', 'stop b', 'stop a']);
    assert.deepEqual(heard, ['b: Error: stuck']);
  });

  it('stop again when the start is called off', async () => {
    const log: string[] = [];
    const off = new AbortController();
    const parts = ['a', 'b', 'c'].map((name) => recorded(log, name));
    const starting = startInOrder(
      parts,
      ({ name, state }) => {
        if (name === 'b' && state === 'starting') off.abort(new Error('interrupted'));
      },
      { signal: off.signal },
    );
    await assert.rejects(starting, /interrupted/);
    assert.deepEqual(log, ['start a', 'start b', 'stop b', 'stop a']);
  });

  it('all get their turn to stop when some throw, and the errors are kept', async () => {
    const log: string[] = [];
    const failing = { stop: new Error('stuck') };
    const parts = [recorded(log, 'a', failing), recorded(log, 'b'), recorded(log, 'c', failing)];
    await startInOrder(parts);
    await assert.rejects(stopInReverse(parts), (error) => {
      assert.ok(error instanceof AggregateError);
      assert.equal(error.errors.length, 2);
      return true;
    });
    const names: string[] = [];
    await stopInReverse(parts, (name) => names.push(name));
    assert.deepEqual(names, ['c', 'a']);
    assert.deepEqual(log.slice(3), ['stop c', 'stop b', 'stop a', 'stop c', 'stop a']);
  });
});

it('repeated work goes on after a failure, and a stop waits for the run that is under way', async () => {
  const clock = createManualClock();
  const errors: unknown[] = [];
  let runs = 0;
  const last = Promise.withResolvers<void>();
  const work = repeating(
    'work',
    async () => {
      runs += 1;
      if (runs === 1) throw new Error('not this time');
      await last.promise;
    },
    { clock, everyMs: 100, onError: (error) => errors.push(error) },
  );
  await work.start();
  await clock.advance(99);
  assert.equal(runs, 0);
  await clock.advance(1);
  assert.deepEqual([runs, errors.length], [1, 1]);
  await clock.advance(100);
  assert.equal(runs, 2);
  let isStopped = false;
  const stopping = work.stop().then(() => (isStopped = true));
  await clock.advance(1_000);
  assert.deepEqual([runs, isStopped], [2, false]);
  last.resolve();
  await stopping;
  await clock.advance(1_000);
  assert.equal(runs, 2);
});
