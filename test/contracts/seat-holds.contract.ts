import { after, afterEach, before, describe, test } from 'node:test';
import { ReservationStage, type SeatHoldsFactory } from '../support/reservations/stage.ts';
import { contentionCases } from './seat-holds.contention.ts';
import { failureCases } from './seat-holds.failures.ts';
import { ruleCases } from './seat-holds.rules.ts';

/** What every strategy that sells seats promises (modules/reservations/ports.ts, SeatHolds). */
export function seatHoldsContract(name: string, create: SeatHoldsFactory): void {
  describe(`seat holds: ${name}`, () => {
    let stage: ReservationStage;
    before(async () => {
      stage = await ReservationStage.open(name);
    });
    afterEach(() => stage.reset());
    after(() => stage.close());
    for (const [behaviour, run] of [...ruleCases, ...contentionCases, ...failureCases])
      test(behaviour, () => run(stage, create));
  });
}
