import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { createCheckout } from '../../src/adapters/postgres/payments/checkout.ts';
import { createSeatHolds } from '../../src/adapters/postgres/reservations/seat-holds.ts';
import type { HoldRequest } from '../../src/modules/reservations/index.ts';
import { ReservationTestApp, wonBy } from '../support/reservations/test-app.ts';

let testApp: ReservationTestApp;

before(async () => {
  testApp = await ReservationTestApp.open();
});
afterEach(() => testApp.reset());
after(() => testApp.close());

async function hold(seatNos: readonly number[], change: Partial<HoldRequest> = {}): Promise<HoldRequest> {
  const request = testApp.request(seatNos, change);
  wonBy(await testApp.openHolds(createSeatHolds).hold(request));
  return request;
}

async function ownerOf(seatNo: number) {
  const seat = (await testApp.seats()).find((one) => one.seat_no === seatNo);
  return { status: seat?.status, reservationId: seat?.reservation_id, epoch: seat?.epoch };
}

async function statusOf({ reservationId }: HoldRequest): Promise<string | undefined> {
  return (await testApp.store().find(reservationId))?.status;
}

const FREE = 0;
const HELD = 1;
const SOLD = 2;

test('a lapsed hold is ended once, its seats are free, and the event tells of it', async () => {
  const lapsed = await hold([1, 2]);
  const alive = await hold([3], { holdTtlMs: 600_000 });
  testApp.clock.skip(60_000);
  const sweeps = [testApp.expiry(), testApp.expiry(), testApp.expiry()].map((expiry) =>
    expiry.expire({ since: undefined, limit: 100 }),
  );
  const ended = await Promise.all(sweeps);
  assert.equal(
    ended.reduce((sum, count) => sum + count, 0),
    1,
  );
  assert.equal(await statusOf(lapsed), 'expired');
  assert.equal(await statusOf(alive), 'held');
  assert.equal((await ownerOf(1)).status, FREE);
  assert.equal((await ownerOf(3)).status, HELD);
  assert.deepEqual(await testApp.eventTypes(lapsed.reservationId), [
    'reservation.created',
    'reservation.expired',
  ]);
});

test('a sweep ends no more than its limit, and looks no further back than it is asked to', async () => {
  for (const seatNo of [1, 2, 3]) await hold([seatNo]);
  testApp.clock.skip(60_000);
  const since = testApp.clock.now();
  await hold([4], { holdTtlMs: 10 });
  testApp.clock.skip(10);
  assert.equal(await testApp.expiry().expire({ since, limit: 10 }), 1);
  assert.equal(await testApp.expiry().expire({ since: undefined, limit: 2 }), 2);
  assert.equal(await testApp.expiry().expire({ since: undefined, limit: 2 }), 1);
  assert.equal(await testApp.expiry().expire({ since: undefined, limit: 2 }), 0);
});

test('a sweep passes over a hold that somebody is paying, and over seats that have a new owner', async () => {
  const paying = await hold([1]);
  const takenOver = await hold([2]);
  testApp.clock.skip(60_000);
  const next = await hold([2]);
  await testApp.database.transaction(async (tx) => {
    await tx.query('select from reservation where id = $1 for update', [paying.reservationId]);
    assert.equal(await testApp.expiry().expire({ since: undefined, limit: 10 }), 1);
  });
  assert.equal(await statusOf(paying), 'held');
  assert.equal(await statusOf(takenOver), 'expired');
  assert.deepEqual(await ownerOf(2), { status: HELD, reservationId: next.reservationId, epoch: 2 });
});

test('an expired hold cannot be confirmed, neither lapsed nor swept nor cancelled', async () => {
  const lapsed = await hold([1]);
  const cancelled = await hold([2]);
  await testApp.cancel(cancelled.reservationId);
  testApp.clock.skip(60_000);
  assert.equal(await testApp.confirm(lapsed.reservationId, lapsed.accountId), 'hold_expired');
  await testApp.expiry().expire({ since: undefined, limit: 10 });
  assert.equal(await testApp.confirm(lapsed.reservationId, lapsed.accountId), 'hold_expired');
  assert.equal(
    await testApp.confirm(cancelled.reservationId, cancelled.accountId),
    'reservation_not_payable',
  );
  assert.equal((await ownerOf(1)).status, FREE);
});

test('a stale holder whose clock is behind can neither pay nor free the seat of the new one', async () => {
  const stale = await hold([1, 2]);
  const inTime = testApp.clock.now();
  testApp.clock.skip(60_000);
  const next = await hold([2, 3]);
  assert.equal(await testApp.confirm(stale.reservationId, stale.accountId, inTime), 'hold_expired');
  await testApp.expiry().expire({ since: undefined, limit: 10 });
  assert.deepEqual(await ownerOf(2), { status: HELD, reservationId: next.reservationId, epoch: 2 });
  assert.equal((await ownerOf(1)).status, FREE);
  assert.equal(await testApp.confirm(next.reservationId, next.accountId), undefined);
});

test('the old and the new owner of a seat may pay in one batch: only the new one buys', async () => {
  const stale = await hold([1]);
  const inTime = testApp.clock.now();
  testApp.clock.skip(60_000);
  const next = await hold([1]);
  const pay = ({ reservationId, accountId }: HoldRequest, now: number) => ({
    purpose: { kind: 'reservation' as const, id: reservationId },
    accountId,
    paymentId: testApp.ids.next(),
    transferId: testApp.ids.next(),
    now,
  });
  const checkout = createCheckout(testApp.database, testApp.hint, testApp);
  const outcomes = await checkout.pay([pay(stale, inTime), pay(next, testApp.clock.now())]);
  assert.deepEqual(
    outcomes.map((outcome) => outcome.ok || outcome.code),
    ['hold_expired', true],
  );
  assert.deepEqual(await ownerOf(1), { status: SOLD, reservationId: next.reservationId, epoch: 2 });
});

test('a cancellation that was accepted and is carried out twice gives back once', async () => {
  const bought = await hold([1], { prices: [500], amount: 500 });
  await testApp.charge(bought.accountId, 500);
  assert.equal(await testApp.confirm(bought.reservationId, bought.accountId), undefined);
  const accepted = await testApp.cancel(bought.reservationId, 'request-cancel');
  assert.equal(accepted.ok && accepted.value.status, 'cancelling');
  assert.equal((await ownerOf(1)).status, SOLD);
  const carryOut = () =>
    testApp.database.transaction((tx) =>
      testApp
        .cancellations()
        .carryOut([{ reservationId: bought.reservationId, transferId: testApp.ids.next() }], tx),
    );
  await Promise.all([carryOut(), carryOut()]);
  await carryOut();
  assert.equal(await statusOf(bought), 'cancelled');
  assert.equal((await ownerOf(1)).status, FREE);
  const told = await testApp.eventTypes(bought.reservationId);
  assert.equal(told.filter((type) => type === 'reservation.cancelled').length, 1);
  assert.deepEqual(await saysPaid(bought.reservationId), [true]);
  const held = await hold([2]);
  await testApp.cancel(held.reservationId, 'cancel');
  assert.deepEqual(await saysPaid(held.reservationId), [false]);
  assert.deepEqual(await testApp.breaches(), []);
});

test('an accepted cancellation of a hold that lapsed meanwhile leaves the seat to its new owner', async () => {
  const first = await hold([1]);
  await testApp.cancel(first.reservationId, 'request-cancel');
  testApp.clock.skip(60_000);
  const next = await hold([1]);
  await testApp.database.transaction((tx) =>
    testApp
      .cancellations()
      .carryOut([{ reservationId: first.reservationId, transferId: testApp.ids.next() }], tx),
  );
  assert.equal(await statusOf(first), 'cancelled');
  assert.deepEqual(await ownerOf(1), { status: HELD, reservationId: next.reservationId, epoch: 2 });
});

test('a payment and a cancellation at once end in one of both, whole', async () => {
  for (let seatNo = 0; seatNo < 15; seatNo++) {
    const request = await hold([seatNo], { prices: [500], amount: 500 });
    await testApp.charge(request.accountId, 500);
    const [refusal] = await Promise.all([
      testApp.confirm(request.reservationId, request.accountId),
      testApp.cancel(request.reservationId),
    ]);
    assert.equal(await statusOf(request), 'cancelled');
    assert.ok(refusal === undefined || refusal === 'reservation_not_payable');
  }
  assert.deepEqual(await testApp.breaches(), []);
});

/** What the cancellations of a reservation say of whether it had been paid. */
async function saysPaid(reservationId: string): Promise<unknown[]> {
  const rows = await testApp.database.query<{ data: { wasPaid: unknown } }>(
    `select data from event_each where key = $1 and type = 'reservation.cancelled'`,
    [reservationId],
  );
  return rows.map(({ data }) => data.wasPaid);
}
