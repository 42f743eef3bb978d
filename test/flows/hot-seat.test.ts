import { test } from 'node:test';
import { assertOneWinner, runHotSeat } from '../support/hot-seat.ts';

test('of 1,000 people who want one seat at once, one gets it and 999 are told so', async () => {
  assertOneWinner(await runHotSeat(1_000), 1_000);
});
