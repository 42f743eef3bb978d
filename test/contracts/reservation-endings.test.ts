import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { createCheckout } from '../../src/adapters/postgres/payments/checkout.ts';
import { createSeatHolds } from '../../src/adapters/postgres/reservations/seat-holds.ts';
import type { HoldRequest } from '../../src/modules/reservations/index.ts';
import { ReservationStage, wonBy } from '../support/reservations/stage.ts';

let stage: ReservationStage;

before(async () => {
  stage = await ReservationStage.open();
});
afterEach(() => stage.reset());
after(() => stage.close());

async function hold(seatNos: readonly number[], change: Partial<HoldRequest> = {}): Promise<HoldRequest> {
  const request = stage.request(seatNos, change);
  wonBy(await stage.openHolds(createSeatHolds).hold(request));
  return request;
}

async function ownerOf(seatNo: number) {
  const seat = (await stage.seats()).find((one) => one.seat_no === seatNo);
  return { status: seat?.status, reservationId: seat?.reservation_id, epoch: seat?.epoch };
}

async function statusOf({ reservationId }: HoldRequest): Promise<string | undefined> {
  return (await stage.store().find(reservationId))?.status;
}

const FREE = 0;
const HELD = 1;
const SOLD = 2;

test('a lapsed hold is ended once, its seats are free, and the event tells of it', async () => {
  const lapsed = await hold([1, 2]);
  const alive = await hold([3], { holdTtlMs: 600_000 });
  stage.clock.skip(60_000);
  const sweeps = [stage.expiry(), stage.expiry(), stage.expiry()].map((expiry) =>
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
  assert.deepEqual(await stage.eventTypes(lapsed.reservationId), [
    'reservation.created',
    'reservation.expired',
  ]);
});

test('a sweep ends no more than its limit, and looks no further back than it is asked to', async () => {
  for (const seatNo of [1, 2, 3]) await hold([seatNo]);
  stage.clock.skip(60_000);
  const since = stage.clock.now();
  await hold([4], { holdTtlMs: 10 });
  stage.clock.skip(10);
  assert.equal(await stage.expiry().expire({ since, limit: 10 }), 1);
  assert.equal(await stage.expiry().expire({ since: undefined, limit: 2 }), 2);
  assert.equal(await stage.expiry().expire({ since: undefined, limit: 2 }), 1);
  assert.equal(await stage.expiry().expire({ since: undefined, limit: 2 }), 0);
});

test('a sweep passes over a hold that somebody is paying, and over seats that have a new owner', async () => {
  const paying = await hold([1]);
  const takenOver = await hold([2]);
  stage.clock.skip(60_000);
  const next = await hold([2]);
  await stage.database.transaction(async (tx) => {
    await tx.query('select from reservation where id = $1 for update', [paying.reservationId]);
    assert.equal(await stage.expiry().expire({ since: undefined, limit: 10 }), 1);
  });
  assert.equal(await statusOf(paying), 'held');
  assert.equal(await statusOf(takenOver), 'expired');
  assert.deepEqual(await ownerOf(2), { status: HELD, reservationId: next.reservationId, epoch: 2 });
});

test('an expired hold cannot be confirmed, neither lapsed nor swept nor cancelled', async () => {
  const lapsed = await hold([1]);
  const cancelled = await hold([2]);
  await stage.cancel(cancelled.reservationId);
  stage.clock.skip(60_000);
  assert.equal(await stage.confirm(lapsed.reservationId, lapsed.accountId), 'hold_expired');
  await stage.expiry().expire({ since: undefined, limit: 10 });
  assert.equal(await stage.confirm(lapsed.reservationId, lapsed.accountId), 'hold_expired');
  assert.equal(await stage.confirm(cancelled.reservationId, cancelled.accountId), 'reservation_not_payable');
  assert.equal((await ownerOf(1)).status, FREE);
});

test('a stale holder whose clock is behind can neither pay nor free the seat of the new one', async () => {
  const stale = await hold([1, 2]);
  const inTime = stage.clock.now();
  stage.clock.skip(60_000);
  const next = await hold([2, 3]);
  assert.equal(await stage.confirm(stale.reservationId, stale.accountId, inTime), 'hold_expired');
  await stage.expiry().expire({ since: undefined, limit: 10 });
  assert.deepEqual(await ownerOf(2), { status: HELD, reservationId: next.reservationId, epoch: 2 });
  assert.equal((await ownerOf(1)).status, FREE);
  assert.equal(await stage.confirm(next.reservationId, next.accountId), undefined);
});

test('the old and the new owner of a seat may pay in one batch: only the new one buys', async () => {
  const stale = await hold([1]);
  const inTime = stage.clock.now();
  stage.clock.skip(60_000);
  const next = await hold([1]);
  const pay = ({ reservationId, accountId }: HoldRequest, now: number) => ({
    purpose: { kind: 'reservation' as const, id: reservationId },
    accountId,
    paymentId: stage.ids.next(),
    transferId: stage.ids.next(),
    now,
  });
  const checkout = createCheckout(stage.database, stage.hint, stage);
  const outcomes = await checkout.pay([pay(stale, inTime), pay(next, stage.clock.now())]);
  assert.deepEqual(
    outcomes.map((outcome) => outcome.ok || outcome.code),
    ['hold_expired', true],
  );
  assert.deepEqual(await ownerOf(1), { status: SOLD, reservationId: next.reservationId, epoch: 2 });
});

test('a cancellation that was accepted and is carried out twice gives back once', async () => {
  const bought = await hold([1], { prices: [500], amount: 500 });
  await stage.charge(bought.accountId, 500);
  assert.equal(await stage.confirm(bought.reservationId, bought.accountId), undefined);
  const accepted = await stage.cancel(bought.reservationId, 'request-cancel');
  assert.equal(accepted.ok && accepted.value.status, 'cancelling');
  assert.equal((await ownerOf(1)).status, SOLD);
  const carryOut = () =>
    stage.database.transaction((tx) =>
      stage
        .cancellations()
        .carryOut([{ reservationId: bought.reservationId, transferId: stage.ids.next() }], tx),
    );
  await Promise.all([carryOut(), carryOut()]);
  await carryOut();
  assert.equal(await statusOf(bought), 'cancelled');
  assert.equal((await ownerOf(1)).status, FREE);
  const told = await stage.eventTypes(bought.reservationId);
  assert.equal(told.filter((type) => type === 'reservation.cancelled').length, 1);
  assert.deepEqual(await saysPaid(bought.reservationId), [true]);
  const held = await hold([2]);
  await stage.cancel(held.reservationId, 'cancel');
  assert.deepEqual(await saysPaid(held.reservationId), [false]);
  assert.deepEqual(await stage.breaches(), []);
});

test('an accepted cancellation of a hold that lapsed meanwhile leaves the seat to its new owner', async () => {
  const first = await hold([1]);
  await stage.cancel(first.reservationId, 'request-cancel');
  stage.clock.skip(60_000);
  const next = await hold([1]);
  await stage.database.transaction((tx) =>
    stage
      .cancellations()
      .carryOut([{ reservationId: first.reservationId, transferId: stage.ids.next() }], tx),
  );
  assert.equal(await statusOf(first), 'cancelled');
  assert.deepEqual(await ownerOf(1), { status: HELD, reservationId: next.reservationId, epoch: 2 });
});

test('a payment and a cancellation at once end in one of both, whole', async () => {
  for (let seatNo = 0; seatNo < 15; seatNo++) {
    const request = await hold([seatNo], { prices: [500], amount: 500 });
    await stage.charge(request.accountId, 500);
    const [refusal] = await Promise.all([
      stage.confirm(request.reservationId, request.accountId),
      stage.cancel(request.reservationId),
    ]);
    assert.equal(await statusOf(request), 'cancelled');
    assert.ok(refusal === undefined || refusal === 'reservation_not_payable');
  }
  assert.deepEqual(await stage.breaches(), []);
});

/** What the cancellations of a reservation say of whether it had been paid. */
async function saysPaid(reservationId: string): Promise<unknown[]> {
  const rows = await stage.database.query<{ data: { wasPaid: unknown } }>(
    `select data from event_each where key = $1 and type = 'reservation.cancelled'`,
    [reservationId],
  );
  return rows.map(({ data }) => data.wasPaid);
}
