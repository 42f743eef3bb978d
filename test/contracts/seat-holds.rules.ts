import assert from 'node:assert/strict';
import { Fault, OverloadedFault } from '../../src/kernel/faults.ts';
import { NOBODY, type SeatHoldsCase, wonBy } from '../support/reservations/test-app.ts';

const FREE = 0;
const HELD = 1;

/** What one request at a time gets. */
export const ruleCases: readonly (readonly [string, SeatHoldsCase])[] = [
  [
    'holds all seats with one epoch, and saves the reservation and its event with them',
    async (testApp, create) => {
      const request = testApp.request([3, 7], {
        prices: [500, 700],
        amount: 1200,
        trace: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`,
      });
      const before = testApp.clock.now();
      const held = wonBy(await testApp.openHolds(create).hold(request));
      assert.equal(held.status, 'held');
      assert.equal(held.epoch, 1);
      assert.ok(held.createdAt >= before);
      assert.equal(held.expiresAt, held.createdAt + request.holdTtlMs);
      const stored = await testApp.store().find(request.reservationId);
      assert.deepEqual(stored, held);
      const seats = await testApp.seats();
      assert.deepEqual(
        seats.map(({ seat_no, epoch, status, reservation_id }) => [seat_no, epoch, status, reservation_id]),
        [3, 7].map((seatNo) => [seatNo, 1, HELD, request.reservationId]),
      );
      const [event] = await testApp.database.query<{ type: string; trace: string; data: object }>(
        'select type, trace, data from event_each where key = $1',
        [request.reservationId],
      );
      assert.deepEqual(event, {
        type: 'reservation.created',
        trace: request.trace,
        data: {
          reservationId: request.reservationId,
          performanceId: request.performanceId,
          accountId: request.accountId,
          seatNos: [3, 7],
          epoch: 1,
          amount: 1200,
          expiresAt: new Date(held.expiresAt).toISOString(),
        },
      });
      assert.deepEqual(await testApp.breaches(), []);
    },
  ],
  [
    'gives all or nothing, and names every wanted seat that has a live owner',
    async (testApp, create) => {
      const holds = testApp.openHolds(create);
      wonBy(await holds.hold(testApp.request([2, 4])));
      const loser = testApp.request([1, 2, 3, 4]);
      assert.deepEqual(await holds.hold(loser), { ok: false, code: 'seat_taken', seatNos: [2, 4] });
      assert.equal(await testApp.store().find(loser.reservationId), undefined);
      assert.deepEqual(await testApp.eventTypes(loser.reservationId), []);
      wonBy(await holds.hold(testApp.request([1, 3])));
      assert.deepEqual(await testApp.breaches(), []);
    },
  ],
  [
    'gives the seat of a lapsed hold to the next, with a higher epoch, and not a moment earlier',
    async (testApp, create) => {
      const holds = testApp.openHolds(create);
      const first = wonBy(await holds.hold(testApp.request([5])));
      wonBy(await holds.hold(testApp.request([6])));
      testApp.clock.skip(first.expiresAt - testApp.clock.now() - 1_000);
      assert.equal((await holds.hold(testApp.request([5]))).ok, false);
      testApp.clock.skip(1_000);
      const second = wonBy(await holds.hold(testApp.request([5])));
      assert.equal(second.epoch, 2);
      testApp.clock.skip(120_000);
      const third = wonBy(await holds.hold(testApp.request([4, 5, 6])));
      assert.equal(third.epoch, 3);
      assert.deepEqual(
        (await testApp.seats()).map(({ epoch }) => epoch),
        [3, 3, 3],
      );
    },
  ],
  [
    'never gives away a sold seat, however old',
    async (testApp, create) => {
      const holds = testApp.openHolds(create);
      const buyer = testApp.request([1]);
      wonBy(await holds.hold(buyer));
      assert.equal(await testApp.confirm(buyer.reservationId, buyer.accountId), undefined);
      testApp.clock.skip(365 * 24 * 3_600_000);
      assert.deepEqual(await holds.hold(testApp.request([1])), {
        ok: false,
        code: 'seat_taken',
        seatNos: [1],
      });
    },
  ],
  [
    'gives a seat that was cancelled to the next, with a higher epoch',
    async (testApp, create) => {
      const holds = testApp.openHolds(create);
      for (const epoch of [1, 2, 3]) {
        const request = testApp.request([8]);
        assert.equal(wonBy(await holds.hold(request)).epoch, epoch);
        assert.equal((await testApp.cancel(request.reservationId)).ok, true);
      }
      assert.deepEqual(
        (await testApp.seats()).map(({ status }) => status),
        [FREE],
      );
      assert.deepEqual(await testApp.breaches(), []);
    },
  ],
  [
    'counts held and bought seats of the person towards the limit, and not those that ended',
    async (testApp, create) => {
      const holds = testApp.openHolds(create);
      const accountId = testApp.ids.next();
      const mine = (seatNos: number[]) => testApp.request(seatNos, { accountId });
      const bought = mine([1, 2]);
      wonBy(await holds.hold(bought));
      assert.equal(await testApp.confirm(bought.reservationId, accountId), undefined);
      const cancelled = mine([3, 4]);
      wonBy(await holds.hold(cancelled));
      assert.deepEqual(await holds.hold(mine([5])), { ok: false, code: 'limit_reached', seatsHad: 4 });
      await testApp.cancel(cancelled.reservationId);
      wonBy(await holds.hold(mine([5])));
      assert.deepEqual(await holds.hold(mine([6, 7])), { ok: false, code: 'limit_reached', seatsHad: 3 });
      const elsewhere = testApp.ids.next();
      wonBy(await holds.hold(testApp.request([1, 2, 3], { accountId, performanceId: elsewhere })));
      testApp.clock.skip(60_000);
      await testApp.expiry().expire({ since: undefined, limit: 100 });
      wonBy(await holds.hold(mine([6, 7])));
    },
  ],
  [
    'leaves no room for more than the limit while a payment that came in time is under way',
    async (testApp, create) => {
      const holds = testApp.openHolds(create);
      const accountId = testApp.ids.next();
      const mine = (seatNos: number[]) => testApp.request(seatNos, { accountId });
      const first = mine([1, 2, 3, 4]);
      const { expiresAt } = wonBy(await holds.hold(first));
      testApp.clock.skip(60_000);
      assert.deepEqual(await holds.hold(mine([5])), { ok: false, code: 'limit_reached', seatsHad: 4 });
      assert.equal(await testApp.confirm(first.reservationId, accountId, expiresAt - 1), undefined);
      assert.deepEqual(await holds.hold(mine([5])), { ok: false, code: 'limit_reached', seatsHad: 4 });
    },
  ],
  [
    'saves the result with the hold, with what the caller knew; a second use of the key holds nothing',
    async (testApp, create) => {
      const ref = { scope: NOBODY, key: 'one', fingerprint: Buffer.from('same') };
      const saveTo = { ref, known: { seats: ['A-1-1'] } };
      const first = testApp.request([1], { saveTo });
      const held = wonBy(await testApp.openHolds(create).hold(first));
      const [saved] = await testApp.database.query<{ result: string }>(
        'select result from idempotency_record',
      );
      assert.deepEqual(JSON.parse(saved!.result), { ok: true, value: { ...held, seats: ['A-1-1'] } });
      const second = testApp.request([2], { saveTo });
      await assert.rejects(testApp.openHolds(create).hold(second), (error: Fault) => {
        return error.code === 'idempotency_conflict';
      });
      assert.equal(await testApp.store().find(second.reservationId), undefined);
      assert.deepEqual(await testApp.breaches(), []);
    },
  ],
  [
    'refuses at the bound of its queue, and after draining, and answers all that it took',
    async (testApp, create) => {
      const holds = testApp.openHolds(create, { maxQueued: 20 });
      assert.equal(holds.isFull, false);
      const asked = Array.from({ length: 200 }, (_, seatNo) => holds.hold(testApp.request([seatNo])));
      assert.equal(holds.isFull, true);
      const answers = await Promise.allSettled(asked);
      assert.equal(holds.isFull, false);
      const refused = answers.filter((answer) => answer.status === 'rejected');
      assert.ok(refused.length > 0);
      assert.ok(refused.every(({ reason }) => reason instanceof OverloadedFault));
      const taken = holds.hold(testApp.request([900]));
      await holds.drain();
      wonBy(await taken);
      await assert.rejects(holds.hold(testApp.request([901])), Fault);
      await holds.drain();
      const rows = await testApp.seats();
      assert.equal(rows.length, answers.length - refused.length + 1);
    },
  ],
];
