import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Shop } from '../support/reservations/shop.ts';
import { until } from '../support/until.ts';

const LATER = { prefer: 'respond-async' };
const CONSUMER = 'reservations.cancellations';

let shop: Shop;

before(async () => {
  shop = await Shop.open();
});
after(() => shop.close());

/** Keeps the consumer that carries out cancellations from its work, as a long pause would. */
function whilePaused<T>(work: () => Promise<T>): Promise<T> {
  return shop.testApp.database.transaction(async (tx) => {
    await tx.query('select from event_consumer where name = $1 for update', [CONSUMER]);
    return work();
  });
}

describe('a cancellation', () => {
  it('before payment frees the seats for others at once', async () => {
    const performanceId = await shop.performance();
    const [buyer, next] = [await shop.buyer(0), await shop.buyer(0)];
    const id = await shop.held(buyer, performanceId, [1, 2]);
    const { status, body } = await shop.cancel(buyer, id);
    assert.deepEqual([status, body['status']], [200, 'cancelled']);
    assert.equal((await shop.reserve(next, performanceId, [1, 2])).body['epoch'], 2);
    assert.equal((await shop.pay(buyer, id)).body['code'], 'reservation_not_payable');
    assert.deepEqual(await shop.history(buyer, id), ['reservation.created', 'reservation.cancelled']);
  });

  it('after payment gives the points back, voids the tickets, and the seat can be sold again', async () => {
    const performanceId = await shop.performance();
    const [buyer, next] = [await shop.buyer(5_000), await shop.buyer(5_000)];
    const id = await shop.bought(buyer, performanceId, [1, 2]);
    assert.equal(await shop.balance(buyer), 3_000);
    assert.equal((await shop.cancel(buyer, id)).body['status'], 'cancelled');
    assert.equal(await shop.balance(buyer), 5_000);
    assert.deepEqual(
      (await shop.tickets(buyer)).map(({ status }) => status),
      ['void', 'void'],
    );
    const { body } = await shop.testApp.call(buyer, 'GET /v1/points/entries');
    assert.deepEqual(
      body['items'].map((entry: { kind: string; amount: { amount: number } }) => [
        entry.kind,
        entry.amount.amount,
      ]),
      [
        ['refund', 2_000],
        ['payment', -2_000],
        ['charge', 5_000],
      ],
    );
    await shop.bought(next, performanceId, [1, 2]);
  });

  it('asked for again, and ten times at once, is the same and refunds once', async () => {
    const buyer = await shop.buyer(5_000);
    const id = await shop.bought(buyer, await shop.performance(), [1]);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => shop.overSocket(buyer, `DELETE /v1/reservations/${id}`)),
    );
    for (const { status, body } of answers) assert.deepEqual([status, body['status']], [200, 'cancelled']);
    assert.equal((await shop.cancel(buyer, id)).body['status'], 'cancelled');
    assert.equal(await shop.balance(buyer), 5_000);
  });

  it('by a manager is one as well; the seller may not', async () => {
    const buyer = await shop.buyer();
    const id = await shop.bought(buyer, await shop.performance(), [1]);
    assert.equal((await shop.cancel(shop.testApp.seller, id)).status, 404);
    assert.equal((await shop.cancel(shop.testApp.manager, id)).status, 200);
    assert.equal(await shop.balance(buyer), 10_000);
  });

  it('is refused once the performance has begun', async () => {
    const performanceId = await shop.performance();
    const buyer = await shop.buyer();
    const id = await shop.bought(buyer, performanceId, [1]);
    await shop.testApp.database.query(
      `update performance set opens_at = now() - interval '3 hours', closes_at = now() - interval '2 hours',
        starts_at = now() - interval '1 hour' where id = $1`,
      [performanceId],
    );
    await shop.testApp.restart();
    const { status, body } = await shop.cancel(buyer, id);
    assert.deepEqual([status, body['code']], [409, 'cancellation_closed']);
    assert.equal((await shop.tickets(buyer))[0]?.['status'], 'valid');
  });
});

describe('a cancellation that is to be carried out later', () => {
  it('is accepted with 202, and done soon', async () => {
    const buyer = await shop.buyer();
    const id = await shop.bought(buyer, await shop.performance(), [1, 2]);
    const { status, headers, body } = await shop.cancel(buyer, id, LATER);
    assert.deepEqual([status, body['status']], [202, 'cancelling']);
    assert.equal(headers['preference-applied'], 'respond-async');
    await until(
      () => shop.reservation(buyer, id),
      (reservation) => reservation['status'] === 'cancelled',
    );
    assert.equal(await shop.balance(buyer), 10_000);
    assert.deepEqual(await shop.history(buyer, id), [
      'reservation.created',
      'payment.succeeded',
      'reservation.cancellation-requested',
      'reservation.cancelled',
    ]);
  });

  it('survives a restart in between: accepted before, carried out after, refunded once', async () => {
    const performanceId = await shop.performance();
    const [buyer, holder] = [await shop.buyer(), await shop.buyer(0)];
    const bought = await shop.bought(buyer, performanceId, [1]);
    const held = await shop.held(holder, performanceId, [2]);
    await whilePaused(async () => {
      assert.equal((await shop.cancel(buyer, bought, LATER)).status, 202);
      assert.equal((await shop.cancel(holder, held, LATER)).status, 202);
      await shop.testApp.app.stop();
    });
    const [row] = await shop.testApp.database.query('select status from reservation where id = $1', [bought]);
    assert.deepEqual(row, { status: 2 }, 'it was not carried out before the restart');
    await shop.testApp.start();
    for (const [person, id] of [
      [buyer, bought],
      [holder, held],
    ] as const) {
      await until(
        () => shop.reservation(person, id),
        ({ status }) => status === 'cancelled',
      );
    }
    assert.equal(await shop.balance(buyer), 10_000);
    await shop.held(await shop.buyer(0), performanceId, [1, 2]);
  });

  it('cannot be paid while it is under way, and asking again changes nothing', async () => {
    const buyer = await shop.buyer();
    const id = await shop.held(buyer, await shop.performance(), [1]);
    await whilePaused(async () => {
      await shop.cancel(buyer, id, LATER);
      assert.equal((await shop.pay(buyer, id)).body['code'], 'reservation_not_payable');
      const again = await shop.cancel(buyer, id);
      assert.deepEqual([again.status, again.body['status']], [202, 'cancelling']);
    });
    await until(
      () => shop.reservation(buyer, id),
      ({ status }) => status === 'cancelled',
    );
  });
});
