import { describe, test } from 'node:test';
import { createSeatHolds } from '../../src/adapters/postgres/reservations/seat-holds.ts';
import { createOptimisticSeatHolds } from '../../src/adapters/postgres/reservations/seat-holds-optimistic.ts';
import { createPessimisticSeatHolds } from '../../src/adapters/postgres/reservations/seat-holds-pessimistic.ts';
import { runKilledSale } from '../support/reservations/killed-sale.ts';
import { ReservationTestApp } from '../support/reservations/test-app.ts';

const ROUNDS = 10;
const VISITS = 2_000;
const FIRST_SEED = Date.now() % 1_000_000;

const STRATEGIES = {
  batch: createSeatHolds,
  optimistic: createOptimisticSeatHolds,
  pessimistic: createPessimisticSeatHolds,
};

describe(`a storm whose sessions are killed at random, ${ROUNDS} times from seed ${FIRST_SEED}`, () => {
  for (const [name, create] of Object.entries(STRATEGIES)) {
    test(`loses nothing and sells nothing twice: ${name}`, async (t) => {
      for (let round = 0; round < ROUNDS; round++) {
        const testApp = await ReservationTestApp.open(name);
        const seed = FIRST_SEED + round;
        try {
          const { kills, faults } = await runKilledSale(testApp, { create, visits: VISITS, seed });
          t.diagnostic(`round ${round + 1}: ${kills} sessions ended, ${faults} steps failed`);
        } finally {
          await testApp.close();
        }
      }
    });
  }
});
