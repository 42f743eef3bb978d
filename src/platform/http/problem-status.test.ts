import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineProblems } from '../../kernel/problems.ts';
import { defineHttpProblems, withStatus } from './problem-status.ts';

const text = { title: 'Taken', remedy: 'Choose another.' };

test('a problem of the business gets the status of its kind', () => {
  const problems = defineProblems({
    seat_taken: { ...text, kind: 'conflict' },
    seat_unknown: { ...text, kind: 'unprocessable' },
  });
  assert.deepEqual(withStatus(problems), {
    seat_taken: { ...text, status: 409 },
    seat_unknown: { ...text, status: 422 },
  });
});

test('a status that is no error is refused', () => {
  for (const status of [200, 302, 399, 600, 404.5, Number.NaN])
    assert.throws(() => defineHttpProblems({ x: { ...text, status } }), /"x": status .* neither 4xx nor 5xx/);
});
