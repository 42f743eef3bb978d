import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Attempts } from './attempts.ts';
import { ApiProblem, Unreachable } from './problem.ts';

const problem = (status: number, code: string) => new ApiProblem({ status, code, title: '' });

/** Sends a write and notes its key; `failure` is what comes of it. */
async function keyOf(attempts: Attempts, write: string, failure?: Error): Promise<string> {
  const [address = '', body = ''] = write.split(' ');
  let sent = '';
  await attempts
    .run(address, body, (key) => {
      sent = key;
      return failure ? Promise.reject(failure) : Promise.resolve();
    })
    .catch(() => undefined);
  return sent;
}

test('the same key goes with a write as long as its answer is lost', async () => {
  const attempts = new Attempts();
  const first = await keyOf(attempts, 'pay', new Unreachable('cut'));
  for (const failure of [problem(503, 'dependency_unavailable'), problem(409, 'idempotency_key_in_use')])
    assert.equal(await keyOf(attempts, 'pay', failure), first);
  assert.equal(await keyOf(attempts, 'pay'), first);
});

test('what follows an answer has a new key, after a refusal as well', async () => {
  const attempts = new Attempts();
  const refused = await keyOf(attempts, 'pay', problem(409, 'points_insufficient'));
  const paid = await keyOf(attempts, 'pay');
  assert.notEqual(paid, refused);
  assert.notEqual(await keyOf(attempts, 'pay'), paid);
});

test('another body or another address has another key, and ends the wait for what was there', async () => {
  const attempts = new Attempts();
  const ten = await keyOf(attempts, 'charges 10', new Unreachable('cut'));
  assert.notEqual(await keyOf(attempts, 'payments 10', new Unreachable('cut')), ten);
  assert.equal(await keyOf(attempts, 'charges 10', new Unreachable('cut')), ten);
  assert.notEqual(await keyOf(attempts, 'charges 20', new Unreachable('cut')), ten);
  assert.notEqual(await keyOf(attempts, 'charges 10'), ten);
});

test('a lost answer is not waited for for ever', async () => {
  let now = 0;
  const attempts = new Attempts(() => now);
  const first = await keyOf(attempts, 'pay', new Unreachable('cut'));
  now = 600_000;
  assert.notEqual(await keyOf(attempts, 'pay'), first);
});

test('few lost answers are remembered, the last ones', async () => {
  const attempts = new Attempts();
  const keys = new Map<number, string>();
  for (let i = 0; i < 60; i++) keys.set(i, await keyOf(attempts, `address${i} body`, new Unreachable('cut')));
  assert.notEqual(await keyOf(attempts, 'address0 body', new Unreachable('cut')), keys.get(0));
  assert.equal(await keyOf(attempts, 'address59 body'), keys.get(59));
});
