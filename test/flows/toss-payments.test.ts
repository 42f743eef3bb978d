import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createTossProvider } from '../../src/adapters/toss/payment-provider.ts';
import { backIn, Cards } from '../support/reservations/cards.ts';
import { Shop } from '../support/reservations/shop.ts';
import { TossStandIn } from '../support/toss-stand-in.ts';
import { until } from '../support/until.ts';

const CONFIRM = /confirm$/;

let standIn: TossStandIn;
let shop: Shop;
let cards: Cards;

before(async () => {
  standIn = await TossStandIn.open();
  shop = await Shop.open({
    PAYMENT_PROVIDER: 'toss',
    TOSS_SECRET_KEY: standIn.secretKey,
    TOSS_URL: standIn.url,
    PAYMENT_TIMEOUT_MS: '3000',
  });
  cards = new Cards(shop);
});
after(async () => {
  await shop.close();
  await standIn.close();
});

async function authorized() {
  const performanceId = await shop.performance();
  const buyer = await shop.buyer(0);
  const id = await shop.held(buyer, performanceId, [1, 2]);
  const paymentId = await cards.requested(buyer, id);
  const back = backIn(standIn.authorize(paymentId));
  return { buyer, id, paymentId, confirm: () => cards.confirm(buyer, paymentId, back) };
}

describe('Toss Payments, as its reference describes it', () => {
  it('gets the order under our id, and takes the money when we confirm', async () => {
    const { buyer, id, paymentId, confirm } = await authorized();
    const payment = standIn.payments.get(paymentId);
    const { checkoutUrl } = await cards.payment(buyer, paymentId);
    assert.equal(checkoutUrl, payment?.checkout.url);
    assert.equal(new URL(payment?.successUrl ?? '').pathname, `/reservations/${id}`);
    assert.equal((await confirm()).body['status'], 'succeeded');
    assert.equal(standIn.charged.get(paymentId), 2_000);
    assert.equal((await shop.reservation(buyer, id))['status'], 'confirmed');
  });

  it('takes money for points, which are credited with it', async () => {
    const buyer = await shop.buyer(0);
    const { body } = await cards.charge(buyer, 3_000);
    assert.equal(new URL(standIn.payments.get(body['id'])?.successUrl ?? '').pathname, '/points');
    const paid = await cards.confirm(buyer, body['id'], backIn(standIn.authorize(body['id'])));
    assert.equal(paid.body['status'], 'succeeded');
    assert.equal(standIn.charged.get(body['id']), 3_000);
    assert.equal(await shop.balance(buyer), 3_000);
  });

  it('is asked again under the same key where its answer was lost, and takes the money once', async () => {
    const { paymentId, confirm } = await authorized();
    standIn.trouble(CONFIRM, 'cut-after', 'error');
    assert.equal((await confirm()).body['status'], 'succeeded');
    assert.equal(standIn.charged.get(paymentId), 2_000);
  });

  it('that took the money and never answers is asked for the order until it is known', async () => {
    const { buyer, paymentId, confirm } = await authorized();
    standIn.trouble(CONFIRM, 'hang-after', 'hang-after', 'hang-after');
    assert.equal((await confirm()).status, 200);
    await cards.untilIs(buyer, paymentId, 'succeeded');
    assert.equal(standIn.charged.get(paymentId), 2_000);
  });

  it('that refuses the card fails the payment, and another can be tried', async () => {
    const { buyer, id, paymentId, confirm } = await authorized();
    standIn.declineNext(paymentId);
    const { body } = await confirm();
    assert.deepEqual([body['status'], body['reason']], ['failed', 'card_declined']);
    assert.equal((await cards.request(buyer, id)).status, 201);
  });

  it('gives the money back when a purchase is cancelled, once, also where its answer was lost', async () => {
    const { buyer, id, paymentId, confirm } = await authorized();
    await confirm();
    standIn.trouble(/cancel$/, 'cut-after');
    await shop.cancel(buyer, id);
    await cards.untilIs(buyer, paymentId, 'refunded');
    assert.equal(standIn.refunded.get(paymentId), 2_000);
  });

  it('is believed only when asked: a webhook names the order, and another amount goes back', async () => {
    const { buyer, paymentId } = await authorized();
    standIn.chargeOther(paymentId, 1_500);
    const body = { eventType: 'PAYMENT_STATUS_CHANGED', data: { orderId: paymentId, status: 'DONE' } };
    assert.equal(await cards.callback(body, 'toss'), 200);
    assert.equal(await cards.callback(body, 'simulated'), 404);
    const { reason } = await cards.untilIs(buyer, paymentId, 'refunded');
    assert.equal(reason, 'amount_mismatch');
    assert.equal(standIn.refunded.get(paymentId), 1_500);
  });

  it('that refuses a refund for good leaves a dead letter, and a redrive asks it anew', async () => {
    const { buyer, paymentId } = await authorized();
    const asManager = (request: string, body?: object) =>
      shop.testApp.call(shop.testApp.manager, request, body ? { body } : {});
    standIn.withheld.add(paymentId);
    standIn.chargeOther(paymentId, 1_200);
    const callback = { eventType: 'PAYMENT_STATUS_CHANGED', data: { orderId: paymentId, status: 'DONE' } };
    await cards.callback(callback, 'toss');
    const [letter] = await until(
      async () => (await asManager('GET /v1/dead-letters?consumer=refunds')).body['items'],
      (items) => items.length === 1,
    );
    assert.equal(
      letter.cause,
      'payment_provider_refused: Toss Payments refused cancel: NOT_CANCELABLE_PAYMENT',
    );
    assert.equal(letter.subject, paymentId);
    const redrive = async () => {
      const { body } = await asManager('POST /v1/dead-letters/redrives', { consumer: 'refunds' });
      return until(
        async () => (await asManager(`GET /v1/dead-letters/redrives/${body['id']}`)).body,
        ({ state }) => state === 'completed',
      );
    };
    assert.equal((await redrive())['failedAgain'], 1);
    assert.equal((await cards.payment(buyer, paymentId))['status'], 'refunding');
    standIn.withheld.delete(paymentId);
    assert.equal((await redrive())['done'], 1);
    await cards.untilIs(buyer, paymentId, 'refunded');
    assert.equal(standIn.refunded.get(paymentId), 1_200);
  });

  it('that took the money in another currency has to give it back', async () => {
    const { buyer, paymentId } = await authorized();
    standIn.chargeOther(paymentId, 2_000, 'USD');
    const body = { eventType: 'PAYMENT_STATUS_CHANGED', data: { orderId: paymentId, status: 'DONE' } };
    assert.equal(await cards.callback(body, 'toss'), 200);
    const { reason } = await cards.untilIs(buyer, paymentId, 'refunded');
    assert.equal(reason, 'amount_mismatch');
    assert.equal(standIn.refunded.get(paymentId), 2_000);
  });

  it('has no page of the simulated provider beside it', async () => {
    const { buyer, paymentId } = await authorized();
    const { status } = await shop.testApp.call(buyer, `GET /v1/simulated-checkouts/${paymentId}`);
    assert.equal(status, 404);
    const { body } = await shop.testApp.call(undefined, 'GET /v1/payment-methods');
    assert.equal(body['isSimulated'], false);
  });
});

describe('the breaker before Toss Payments', () => {
  it('lets nobody ask for a while after several failures in a row', async () => {
    const provider = createTossProvider({ url: standIn.url, secretKey: standIn.secretKey, attemptMs: 1_000 });
    const charge = { paymentId: '019b7a52-4c00-7abc-8def-0123456789ab', providerKey: null, amount: 1 };
    const ask = () => provider.ask(charge, AbortSignal.timeout(20_000));
    standIn.trouble(new RegExp(charge.paymentId), ...Array.from({ length: 6 }, () => 'error' as const));
    await assert.rejects(ask(), /answered 500/);
    await assert.rejects(ask());
    const callsMade = standIn.calls.length;
    await assert.rejects(ask(), /left alone/);
    assert.equal(standIn.calls.length, callsMade);
  });

  it('is not moved by refusals: they are answers', async () => {
    const provider = createTossProvider({ url: standIn.url, secretKey: 'wrong', attemptMs: 1_000 });
    const charge = { paymentId: '019b7a52-4c00-7abc-8def-0123456789ac', providerKey: null, amount: 1 };
    for (let time = 0; time < 8; time++)
      await assert.rejects(provider.ask(charge, AbortSignal.timeout(5_000)), /UNAUTHORIZED_KEY/);
  });
});
