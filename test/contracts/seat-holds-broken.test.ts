import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Database, Row, Statement } from '../../src/adapters/postgres/database.ts';
import { runCheck } from '../../src/adapters/postgres/invariants/index.ts';
import { createBrokenSeatHolds } from '../../src/adapters/postgres/reservations/seat-holds-broken.ts';
import { ReservationTestApp, wonBy } from '../support/reservations/test-app.ts';

let testApp: ReservationTestApp;

before(async () => {
  testApp = await ReservationTestApp.open();
});
after(() => testApp.close());

test('the broken strategy looks right to one person at a time', async () => {
  const holds = testApp.openHolds(createBrokenSeatHolds);
  const first = wonBy(await holds.hold(testApp.request([900, 901])));
  assert.deepEqual(await holds.hold(testApp.request([901])), {
    ok: false,
    code: 'seat_taken',
    seatNos: [901],
  });
  await testApp.cancel(first.id);
  assert.equal(wonBy(await holds.hold(testApp.request([901]))).epoch, 2);
  assert.deepEqual(await testApp.breaches(), []);
});

test('the broken strategy sells a seat twice to two who ask before either has it, and the check finds it', async () => {
  const database = meeting(testApp.database, 2);
  const instances = [1, 2].map(() => testApp.openHolds(createBrokenSeatHolds, { database }));
  const outcomes = await Promise.all(instances.map((holds) => holds.hold(testApp.request([7]))));
  assert.deepEqual(
    outcomes.map(({ ok }) => ok),
    [true, true],
  );
  const { invariants } = await runCheck(testApp.database);
  const found = invariants.find(({ name }) => name === 'seats_have_one_live_owner');
  assert.equal(found?.ok, false);
  assert.match(found.detail, /has 2 live owners/);
});

/** A database on which nobody goes on after the last look until so many have looked. */
function meeting(database: Database, count: number): Database {
  const met = Promise.withResolvers<void>();
  let come = 0;
  return {
    ...database,
    async query<R extends Row>(statement: Statement, values?: readonly unknown[]) {
      const rows = await database.query<R>(statement, values);
      if (typeof statement === 'object' && statement.name === 'read-seats-had') {
        come += 1;
        if (come === count) met.resolve();
        await met.promise;
      }
      return rows;
    },
  };
}
