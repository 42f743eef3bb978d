import { after, afterEach, before, describe, test } from 'node:test';
import { ReservationTestApp, type SeatHoldsFactory } from '../support/reservations/test-app.ts';
import { contentionCases } from './seat-holds.contention.ts';
import { failureCases } from './seat-holds.failures.ts';
import { ruleCases } from './seat-holds.rules.ts';

/** What every strategy that sells seats promises (modules/reservations/ports.ts, SeatHolds). */
export function seatHoldsContract(name: string, create: SeatHoldsFactory): void {
  describe(`seat holds: ${name}`, () => {
    let testApp: ReservationTestApp;
    before(async () => {
      testApp = await ReservationTestApp.open(name);
    });
    afterEach(() => testApp.reset());
    after(() => testApp.close());
    for (const [behaviour, run] of [...ruleCases, ...contentionCases, ...failureCases])
      test(behaviour, () => run(testApp, create));
  });
}
