import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertOneWinner, runHotSeat } from '../support/hot-seat.ts';

test('of 1,000 people who want one seat at once, one gets it and 999 are told so', async () => {
  assertOneWinner(await runHotSeat(1_000), 1_000);
});

test('the broken strategy sells seats more than once, and the check says so', async () => {
  const seats = 5;
  const { answers, check } = await runHotSeat(300, { environment: { CLAIM_STRATEGY: 'broken' }, seats });
  const won = answers.get('201') ?? 0;
  assert.ok(won > seats, `one winner each: ${JSON.stringify(Object.fromEntries(answers))}`);
  assert.equal(check.code, 1);
  assert.ok(check.broken.length > 0);
});
