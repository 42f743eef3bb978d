import { test } from 'node:test';
import { assertOneWinner, runHotSeat } from '../support/hot-seat.ts';

for (const people of [5_000, 20_000]) {
  test(`of ${people} people who want one seat at once, one gets it and all others are told so`, async () => {
    assertOneWinner(await runHotSeat(people), people);
  });
}

for (const HOLD_STRATEGY of ['optimistic', 'pessimistic', 'serializable']) {
  test(`with the ${HOLD_STRATEGY} strategy, too, one of 1,000 gets the seat`, async () => {
    assertOneWinner(await runHotSeat(1_000, { environment: { HOLD_STRATEGY } }), 1_000);
  });
}
