import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../src/adapters/postgres/database.ts';
import { type Fault, UnavailableFault } from '../../src/kernel/faults.ts';
import type { HoldOutcome } from '../../src/modules/reservations/index.ts';
import { runKilledSale } from '../support/reservations/killed-sale.ts';
import {
  INSTANCE,
  NOBODY,
  type ReservationTestApp,
  type SeatHoldsCase,
  wonBy,
} from '../support/reservations/test-app.ts';

/** What becomes of a hold when something breaks beneath it. */
export const failureCases: readonly (readonly [string, SeatHoldsCase])[] = [
  [
    'a hold whose connection dies in the middle is made whole or not at all',
    async (testApp, create) => {
      await giveBack(testApp, [2]);
      const holds = testApp.openInstance(create);
      const request = testApp.request([1, 2, 3]);
      const answer = await whileLocked(testApp, 2, async () => {
        const pending = settle(holds.hold(request));
        await killWaiting(testApp);
        return () => pending;
      });
      const outcome = await answer();
      if (outcome instanceof Error) assert.ok((outcome as Fault).retryable);
      else wonBy(outcome);
      const held = (await testApp.seats()).filter(({ status }) => status === 1).length;
      assert.equal(held, outcome instanceof Error ? 0 : 3);
      assert.deepEqual(await testApp.breaches(), []);
      const next = await holds.hold(testApp.request([1, 2, 3]));
      assert.equal(next.ok, outcome instanceof Error);
      assert.deepEqual(await testApp.breaches(), []);
    },
  ],
  [
    'a hold whose answer is lost after the commit is not made twice',
    async (testApp, create) => {
      const holds = testApp.openHolds(create, { database: losingFirstAnswer(testApp.database) });
      const request = testApp.request([1, 2]);
      const outcome = await settle(holds.hold(request));
      if (outcome instanceof Error) assert.ok(outcome instanceof UnavailableFault);
      else assert.deepEqual(wonBy(outcome), await testApp.store().find(request.reservationId));
      assert.deepEqual(await testApp.eventTypes(request.reservationId), ['reservation.created']);
      const made = await testApp.store().find(request.reservationId);
      assert.deepEqual(
        (await testApp.seats()).map(({ epoch }) => epoch),
        [made?.epoch, made?.epoch],
      );
      assert.deepEqual(await testApp.breaches(), []);
    },
  ],
  [
    'a result that was saved with a hold whose commit was not heard of is there for the next try',
    async (testApp, create) => {
      const ref = { scope: NOBODY, key: 'lost', fingerprint: Buffer.from('f') };
      const holds = testApp.openHolds(create, { database: losingFirstAnswer(testApp.database) });
      const request = testApp.request([1], { saveTo: { ref } });
      const outcome = await settle(holds.hold(request));
      assert.ok(outcome instanceof Error);
      const [saved] = await testApp.database.query<{ id: string }>(
        "select result::json -> 'value' ->> 'id' as id from idempotency_record",
      );
      assert.equal(saved?.id, request.reservationId);
      assert.deepEqual(await testApp.breaches(), []);
    },
  ],
  [
    'a request that the database refuses fails alone, not the crowd that it came with',
    async (testApp, create) => {
      const holds = testApp.openInstance(create);
      const requests = Array.from({ length: 60 }, (_, seatNo) =>
        testApp.request([seatNo], seatNo % 20 === 7 ? { prices: [-1], amount: -1 } : {}),
      );
      const outcomes = await Promise.all(requests.map((request) => settle(holds.hold(request))));
      for (const [seatNo, outcome] of outcomes.entries()) {
        if (seatNo % 20 === 7) assert.ok(outcome instanceof Error && !(outcome as Fault).retryable);
        else wonBy(outcome as HoldOutcome);
      }
      assert.equal((await testApp.seats()).length, 57);
      assert.deepEqual(await testApp.breaches(), []);
    },
  ],
  [
    'under a storm whose sessions are killed at random nothing that was promised is lost',
    async (testApp, create) => {
      const { kills } = await runKilledSale(testApp, { create, visits: 200 });
      assert.ok(kills > 0);
    },
  ],
];

/** The fault as a value, since either is allowed. */
async function settle(pending: Promise<HoldOutcome>): Promise<HoldOutcome | Error> {
  return pending.catch((error: unknown) => error as Error);
}

/** Leaves rows behind of seats that are free, so that they can be locked. */
async function giveBack(testApp: ReservationTestApp, seatNos: readonly number[]): Promise<void> {
  await testApp.database.query(
    `insert into seat_hold select $1, unnest($2::integer[]), 0, 0, gen_random_uuid(), now()`,
    [testApp.performanceId, seatNos],
  );
}

/** Runs `work` while the row of a seat is locked by somebody else. */
function whileLocked<T>(testApp: ReservationTestApp, seatNo: number, work: () => Promise<T>): Promise<T> {
  return testApp.database.transaction(async (tx) => {
    await tx.query('select from seat_hold where performance_id = $1 and seat_no = $2 for update', [
      testApp.performanceId,
      seatNo,
    ]);
    return work();
  });
}

/** Waits for a session of an instance that waits for a lock, and ends it from outside. */
async function killWaiting(testApp: ReservationTestApp): Promise<void> {
  for (let waitedMs = 0; waitedMs < 10_000; waitedMs += 5) {
    const killed = await testApp.database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = $1 and wait_event_type = 'Lock'`,
      [INSTANCE],
    );
    if (killed.length > 0) return;
    await sleep(5);
  }
  throw new Error('no hold ever waited for the lock');
}

/** Behaves as a connection that breaks after the server has committed the first hold. */
function losingFirstAnswer(database: Database): Database {
  let lost = false;
  const breakdown = () => {
    lost = true;
    return new UnavailableFault('postgres', 'the connection broke after the commit');
  };
  return {
    ...database,
    async query(statement, values) {
      const rows = await database.query<never>(statement, values);
      const isHold = typeof statement !== 'string' && statement.name.startsWith('hold-seats');
      if (!isHold || lost) return rows;
      throw breakdown();
    },
    async transaction(work, options) {
      const value = await database.transaction(work, options);
      if (lost) return value;
      throw breakdown();
    },
  };
}
