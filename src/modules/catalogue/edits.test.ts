import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { OverloadedFault } from '../../kernel/faults.ts';
import { Edits } from './edits.ts';

/** An attempt that ends when it is told to. */
function gated(log: string[], name: string) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const attempt = () => {
    log.push(name);
    return promise;
  };
  return { attempt, resolve, reject };
}

describe('edits', { timeout: 10_000 }, () => {
  test('of one thing go one after the other, those of others beside them', async () => {
    const edits = new Edits();
    const log: string[] = [];
    const [first, second, other] = ['first', 'second', 'other'].map((name) => gated(log, name));
    const done = [
      edits.run('a', first!.attempt),
      edits.run('a', second!.attempt),
      edits.run('b', other!.attempt),
    ];
    await turn();
    assert.deepEqual(log, ['first', 'other']);
    first!.resolve('1');
    await turn();
    assert.deepEqual(log, ['first', 'other', 'second']);
    second!.resolve('2');
    other!.resolve('3');
    assert.deepEqual(await Promise.all(done), ['1', '2', '3']);
  });

  test('go on behind one that failed, which only its own caller hears of', async () => {
    const edits = new Edits();
    const failed = edits.run('a', () => Promise.reject(new Error('broken')));
    const next = edits.run('a', () => Promise.resolve('done'));
    await assert.rejects(failed, /broken/);
    assert.equal(await next, 'done');
  });

  test('are attempted again after a conflict, before the next one has its turn', async () => {
    const edits = new Edits();
    const log: string[] = [];
    const first = edits.run('a', async () => {
      log.push('first');
      await turn();
      return log.length < 3 ? ('conflict' as const) : 'done';
    });
    const next = edits.run('a', () => Promise.resolve(log.push('next')));
    assert.deepEqual([await first, await next], ['done', 4]);
    assert.deepEqual(log, ['first', 'first', 'first', 'next']);
  });

  test('that conflict time and again are given up', async () => {
    const edits = new Edits();
    let attempts = 0;
    const never = edits.run<string>('a', () => {
      attempts += 1;
      return Promise.resolve('conflict');
    });
    await assert.rejects(never, OverloadedFault);
    assert.equal(attempts, 10);
    assert.equal(await edits.run('a', () => Promise.resolve('next')), 'next');
  });
});
