import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Cards } from '../support/reservations/cards.ts';
import { Shop } from '../support/reservations/shop.ts';
import { until } from '../support/until.ts';

/** More than the shortest hold that there is. */
const CONFIRM_MIN_MS = 1_500;

let shop: Shop;
let cards: Cards;

before(async () => {
  shop = await Shop.open({ PAYMENT_TIMEOUT_MS: '300', PAYMENT_CONFIRM_MIN_MS: String(CONFIRM_MIN_MS) });
  cards = new Cards(shop);
});
after(() => shop.close());

async function heldFor(holdTtlMs: number) {
  const performanceId = await shop.performance({ holdTtlMs });
  const buyer = await shop.buyer(0);
  return { performanceId, buyer, id: await shop.held(buyer, performanceId, [1, 2]) };
}

describe('a provider that does not answer in time', () => {
  it('is asked until it is known: money that it took buys the seats', async () => {
    const { buyer, id } = await heldFor(60_000);
    const { paymentId, answer } = await cards.pay(buyer, id, 'timeout');
    assert.equal(answer.status, 200);
    await cards.untilIs(buyer, paymentId, 'succeeded');
    assert.equal((await shop.reservation(buyer, id))['status'], 'confirmed');
    assert.equal((await cards.book(paymentId))?.charged_amount, 2_000);
  });

  it('is asked by the next process too, when the first one ended meanwhile', async () => {
    const { buyer, id } = await heldFor(60_000);
    const paymentId = await cards.requested(buyer, id);
    const back = await cards.agree(buyer, paymentId);
    await shop.testApp.app.stop();
    // As it stands when a process dies after it has written down that it tells the provider.
    await shop.testApp.database.query(
      `with step as (insert into payment_step values ($1, 'unknown', 'confirming', now()))
       update payment set status = 'unknown', provider_key = $2, follow_up_at = now() where id = $1`,
      [paymentId, back.paymentKey],
    );
    await shop.testApp.start();
    await cards.untilIs(buyer, paymentId, 'succeeded');
    assert.equal((await cards.book(paymentId))?.charged_amount, 2_000);
  });
});

describe('a hold that lapses', () => {
  it('before the provider is told leaves nothing taken', async () => {
    const { buyer, id } = await heldFor(1_000);
    const { answer, paymentId } = await cards.pay(buyer, id);
    assert.deepEqual([answer.status, answer.body['code']], [409, 'hold_expired']);
    const { reason } = await cards.untilIs(buyer, paymentId, 'failed');
    assert.equal(reason, 'hold_expired');
    assert.equal((await cards.book(paymentId))?.charged_amount, 0);
  });

  it('while a buyer stays on the provider’s page ends the payment, and frees the seats', async () => {
    const { performanceId, buyer, id } = await heldFor(1_000);
    const paymentId = await cards.requested(buyer, id);
    const { reason } = await cards.untilIs(buyer, paymentId, 'failed');
    assert.equal(reason, 'hold_expired');
    await until(async () => (await shop.reservation(buyer, id))['status'] === 'expired');
    await shop.held(await shop.buyer(0), performanceId, [1, 2]);
  });

  it('before the money comes sends it back once, also when the seats were sold again', async () => {
    const { performanceId, buyer, id } = await heldFor(3_000);
    const { paymentId, answer } = await cards.pay(buyer, id, 'late');
    assert.equal(answer.body['status'], 'unknown');
    await until(async () => (await shop.reservation(buyer, id))['status'] === 'expired');
    const next = await shop.buyer();
    await shop.bought(next, performanceId, [1, 2]);
    await Promise.all([cards.changed(paymentId), cards.changed(paymentId)]);
    const { reason } = await cards.untilIs(buyer, paymentId, 'refunded');
    assert.equal(reason, 'hold_expired');
    assert.deepEqual(await cards.book(paymentId), {
      charged_amount: 2_000,
      refunded_amount: 2_000,
      status: 'refunded',
    });
    assert.equal(await cards.told(paymentId, 'payment.refunded'), 1);
    assert.equal(await cards.told(paymentId, 'payment.succeeded'), 0);
    assert.equal((await shop.tickets(buyer)).length, 0);
    assert.deepEqual(
      (await shop.tickets(next)).map(({ status }) => status),
      ['valid', 'valid'],
    );
  });
});

describe('a browser that is closed on the provider’s page', () => {
  it('after the buyer agreed leaves nothing taken: the reservation ends with its hold', async () => {
    const { performanceId, buyer, id } = await heldFor(1_000);
    const paymentId = await cards.requested(buyer, id);
    await cards.agree(buyer, paymentId);
    const { reason } = await cards.untilIs(buyer, paymentId, 'failed');
    assert.equal(reason, 'hold_expired');
    await until(async () => (await shop.reservation(buyer, id))['status'] === 'expired');
    await shop.bought(await shop.buyer(), performanceId, [1, 2]);
    assert.equal((await cards.book(paymentId))?.charged_amount, 0);
  });
});

describe('of two charges for one reservation', () => {
  it('one goes back once, and the other keeps the tickets valid', async () => {
    const { buyer, id } = await heldFor(60_000);
    const declined = await cards.requested(buyer, id);
    await cards.decide(buyer, declined, 'decline', 'normal');
    await cards.untilIs(buyer, declined, 'failed');
    const { paymentId } = await cards.pay(buyer, id);
    await cards.chargeAnyway(declined);
    await Promise.all([cards.changed(declined), cards.changed(declined)]);
    await cards.untilIs(buyer, declined, 'refunded');
    assert.equal((await cards.book(declined))?.refunded_amount, 2_000);
    assert.equal(await cards.told(declined, 'payment.refunded'), 1);
    assert.equal((await cards.payment(buyer, paymentId))['status'], 'succeeded');
    assert.equal((await cards.book(paymentId))?.refunded_amount, 0);
    const statuses = (await shop.tickets(buyer)).map(({ status }) => status);
    assert.deepEqual(statuses, ['valid', 'valid']);
  });
});

describe('a provider that took another amount', () => {
  it('has to give it back, and the hold can be paid again', async () => {
    const { buyer, id } = await heldFor(60_000);
    const { paymentId } = await cards.pay(buyer, id, 'other-amount');
    const { reason } = await cards.untilIs(buyer, paymentId, 'refunded');
    assert.equal(reason, 'amount_mismatch');
    assert.deepEqual(await cards.book(paymentId), {
      charged_amount: 1_999,
      refunded_amount: 1_999,
      status: 'refunded',
    });
    assert.equal((await cards.pay(buyer, id)).answer.body['status'], 'succeeded');
  });
});

describe('money that comes for a card after the points', () => {
  it('goes back, also when no callback tells of it', async () => {
    const { paymentId, buyer } = await superseded(2_000);
    await cards.chargeAnyway(paymentId);
    const { reason } = await cards.untilIs(buyer, paymentId, 'refunded');
    assert.equal(reason, 'superseded');
    assert.equal((await cards.book(paymentId))?.refunded_amount, 2_000);
  });

  it('goes back, also when the provider was away just after its callback', async () => {
    const { paymentId, buyer } = await superseded(60_000);
    await cards.chargeAnyway(paymentId);
    const { database } = shop.testApp;
    await database.query('alter table simulated_charge rename to away');
    assert.equal(await cards.changed(paymentId), 200);
    await until(async () => {
      const rows = await database.query(
        'select from payment where id = $1 and attempts > 0 and (attempts > 1 or follow_up_at is null)',
        [paymentId],
      );
      return rows.length > 0;
    });
    await database.query('alter table away rename to simulated_charge');
    await cards.untilIs(buyer, paymentId, 'refunded');
  });

  it('is asked for once where there is none', async () => {
    const { paymentId, buyer } = await superseded(1_000);
    const { database } = shop.testApp;
    await until(async () => {
      const rows = await database.query('select from payment where id = $1 and follow_up_at is null', [
        paymentId,
      ]);
      return rows.length > 0;
    });
    assert.equal((await cards.payment(buyer, paymentId))['status'], 'failed');
  });

  async function superseded(holdTtlMs: number) {
    const buyer = await shop.buyer(5_000);
    const id = await shop.held(buyer, await shop.performance({ holdTtlMs }), [1, 2]);
    const paymentId = await cards.requested(buyer, id);
    assert.equal((await shop.pay(buyer, id)).body['status'], 'succeeded');
    return { paymentId, buyer };
  }
});

describe('a hold that is cancelled while the buyer is at the provider', () => {
  it('ends the payment, and money that came meanwhile goes back', async () => {
    const { buyer, id } = await heldFor(60_000);
    const paymentId = await cards.requested(buyer, id);
    await cards.agree(buyer, paymentId);
    await cards.chargeAnyway(paymentId);
    assert.equal((await shop.cancel(buyer, id)).body['status'], 'cancelled');
    const { reason } = await cards.untilIs(buyer, paymentId, 'refunded');
    assert.equal(reason, 'reservation_ended');
    assert.equal((await cards.book(paymentId))?.refunded_amount, 2_000);
  });
});

describe('a provider that is switched off', () => {
  const OTHER = { PAYMENT_PROVIDER: 'toss', TOSS_SECRET_KEY: 'test_sk', TOSS_URL: 'http://127.0.0.1:1' };

  it('leaves nothing open that nobody was told to pay, and what it took meanwhile goes back once it is back', async () => {
    const { performanceId, buyer, id } = await heldFor(1_000);
    const paymentId = await cards.requested(buyer, id);
    await shop.testApp.restart(OTHER);
    try {
      const { reason } = await cards.untilIs(buyer, paymentId, 'failed');
      assert.equal(reason, 'hold_expired');
      await shop.bought(await shop.buyer(), performanceId, [1, 2]);
      await cards.chargeAnyway(paymentId);
    } finally {
      await shop.testApp.restart();
    }
    await cards.untilIs(buyer, paymentId, 'refunded');
    assert.equal((await cards.book(paymentId))?.refunded_amount, 2_000);
  });
});
