import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { won } from '../support/catalogue.ts';
import { Cards } from '../support/reservations/cards.ts';
import { Shop } from '../support/reservations/shop.ts';

const OTHER_SITE = 'https://partner.example';

let shop: Shop;
let cards: Cards;

before(async () => {
  shop = await Shop.open({
    PAYMENT_TIMEOUT_MS: '1000',
    ACCOUNT_WRITES_AT_ONCE: '1000',
    ACCOUNT_REQUESTS_MAX: '1000',
    CORS_ORIGINS: OTHER_SITE,
  });
  cards = new Cards(shop);
});
after(() => shop.close());

async function heldBy(points = 0) {
  const performanceId = await shop.performance();
  const buyer = await shop.buyer(points);
  return { performanceId, buyer, id: await shop.held(buyer, performanceId, [1, 2]) };
}

describe('a payment by card', () => {
  it('sends the buyer to the provider and back, then sells the seats and issues the tickets', async () => {
    const { performanceId, buyer, id } = await heldBy(500);
    const { status, body } = await cards.request(buyer, id);
    assert.deepEqual([status, body['status'], body['amount']], [201, 'requested', won(2_000)]);
    assert.match(body['checkoutUrl'], new RegExp(`^http://.+/checkout/${body['id']}$`));
    assert.equal((await shop.reservation(buyer, id))['status'], 'held');
    const back = await cards.agree(buyer, body['id']);
    assert.deepEqual([back.orderId, back.amount], [body['id'], 2_000]);
    assert.equal((await cards.book(body['id']))?.charged_amount, 0);
    const { body: paid } = await cards.confirm(buyer, body['id'], back);
    assert.deepEqual([paid['status'], paid['method']], ['succeeded', 'card']);
    assert.equal((await shop.reservation(buyer, id))['status'], 'confirmed');
    assert.equal((await shop.tickets(buyer)).length, 2);
    assert.equal(await shop.balance(buyer), 500);
    assert.equal((await cards.book(body['id']))?.charged_amount, 2_000);
    await shop.untilMapShows(performanceId, '22');
    const { steps } = await cards.payment(buyer, body['id']);
    assert.deepEqual(
      steps.map((step: { status: string; reason: string }) => [step.status, step.reason]),
      [
        ['requested', 'requested'],
        ['unknown', 'confirming'],
        ['succeeded', 'paid'],
      ],
    );
    assert.deepEqual(await shop.history(buyer, id), [
      'reservation.created',
      'payment.requested',
      'payment.succeeded',
    ]);
  });

  it('asked for and confirmed fifty times at once is charged once', async () => {
    const { buyer, id } = await heldBy();
    const ask = () =>
      shop.overSocket(buyer, `POST /v1/reservations/${id}/payments`, { body: { method: 'card' } });
    const asked = await Promise.all(Array.from({ length: 50 }, ask));
    assert.deepEqual(new Set(asked.map(({ status }) => status)), new Set([200, 201]));
    assert.equal(asked.filter(({ status }) => status === 201).length, 1);
    const [paymentId, ...others] = new Set(asked.map(({ body }) => String(body['id'])));
    assert.ok(paymentId);
    assert.deepEqual(others, []);
    const back = await cards.agree(buyer, paymentId);
    const confirm = () =>
      shop.overSocket(buyer, `POST /v1/payments/${paymentId}/confirmations`, { body: back });
    const confirmed = await Promise.all(Array.from({ length: 50 }, confirm));
    assert.ok(confirmed.every(({ status }) => status === 200));
    await cards.untilIs(buyer, paymentId, 'succeeded');
    assert.equal((await cards.book(paymentId))?.charged_amount, 2_000);
    assert.equal(await cards.told(paymentId, 'payment.succeeded'), 1);
    assert.equal((await shop.tickets(buyer)).length, 2);
  });

  it('under one key gives one answer, also when it is asked again after the end', async () => {
    const { buyer, id } = await heldBy();
    const key = { 'idempotency-key': 'press-1' };
    const first = await cards.request(buyer, id, {}, key);
    const again = await cards.request(buyer, id, {}, key);
    assert.deepEqual(
      [again.status, again.body, again.headers['idempotency-replayed']],
      [201, first.body, 'true'],
    );
  });

  it('that is declined leaves the hold alive, and another one can be tried', async () => {
    const { buyer, id } = await heldBy();
    const { paymentId, answer } = await cards.pay(buyer, id, 'decline');
    assert.deepEqual(
      [answer.status, answer.body['status'], answer.body['reason']],
      [200, 'failed', 'card_declined'],
    );
    assert.equal((await shop.reservation(buyer, id))['status'], 'held');
    const next = await cards.pay(buyer, id);
    assert.notEqual(next.paymentId, paymentId);
    assert.equal(next.answer.body['status'], 'succeeded');
    assert.deepEqual((await cards.book(paymentId))?.charged_amount, 0);
    assert.deepEqual(await shop.history(buyer, id), [
      'reservation.created',
      'payment.requested',
      'payment.failed',
      'payment.requested',
      'payment.succeeded',
    ]);
  });

  it('that the buyer refuses on the provider’s page fails by its callback alone', async () => {
    const { buyer, id } = await heldBy();
    const paymentId = await cards.requested(buyer, id);
    const back = await cards.decide(buyer, paymentId, 'decline', 'normal');
    assert.equal(back.pathname, `/reservations/${id}`);
    assert.equal(back.searchParams.get('code'), 'REJECT_CARD_COMPANY');
    const { reason } = await cards.untilIs(buyer, paymentId, 'failed');
    assert.equal(reason, 'card_declined');
  });

  it('that the buyer left can be gone on with: it is the same', async () => {
    const { buyer, id } = await heldBy();
    const paymentId = await cards.requested(buyer, id);
    const back = await cards.decide(buyer, paymentId, 'leave', 'normal');
    assert.equal(back.searchParams.get('code'), 'PAY_PROCESS_CANCELED');
    const again = await cards.request(buyer, id);
    assert.deepEqual([again.status, again.body['id']], [200, paymentId]);
    const { body } = await cards.confirm(buyer, paymentId, await cards.agree(buyer, paymentId));
    assert.equal(body['status'], 'succeeded');
  });

  it('of a free ticket succeeds without a provider', async () => {
    const performanceId = await shop.performance({ prices: { R: won(0) } });
    const buyer = await shop.buyer(0);
    const id = await shop.held(buyer, performanceId, [1]);
    const { status, body } = await cards.request(buyer, id);
    assert.deepEqual([status, body['status'], body['checkoutUrl']], [201, 'succeeded', null]);
    assert.equal((await shop.tickets(buyer)).length, 1);
    assert.equal(await cards.book(body['id']), undefined);
    assert.equal((await shop.cancel(buyer, id)).body['status'], 'cancelled');
    assert.equal((await cards.payment(buyer, body['id']))['status'], 'refunded');
  });

  it('for something paid already is the payment that paid', async () => {
    const { buyer, id } = await heldBy();
    const { paymentId } = await cards.pay(buyer, id);
    const again = await cards.request(buyer, id);
    assert.deepEqual([again.status, again.body['id'], again.body['status']], [200, paymentId, 'succeeded']);
    const points = await shop.pay(buyer, id);
    assert.deepEqual([points.status, points.body['id'], points.body['method']], [200, paymentId, 'card']);
  });
});

describe('a confirmation', () => {
  it('of another amount or order takes nothing, and leaves the payment open', async () => {
    const { buyer, id } = await heldBy();
    const paymentId = await cards.requested(buyer, id);
    const back = await cards.agree(buyer, paymentId);
    for (const wrong of [{ amount: 1 }, { amount: won(1) }, { orderId: id }]) {
      const { status, body } = await cards.confirm(buyer, paymentId, { ...back, ...wrong } as typeof back);
      assert.deepEqual([status, body['code']], [422, 'payment_mismatch']);
    }
    assert.equal((await cards.book(paymentId))?.charged_amount, 0);
    const asMoney = { ...back, amount: won(back.amount) } as unknown as typeof back;
    assert.equal((await cards.confirm(buyer, paymentId, asMoney)).body['status'], 'succeeded');
  });

  it('with a key that the provider did not give is refused by the provider', async () => {
    const { buyer, id } = await heldBy();
    const paymentId = await cards.requested(buyer, id);
    const back = await cards.agree(buyer, paymentId);
    const { body } = await cards.confirm(buyer, paymentId, { ...back, paymentKey: 'made-up' });
    assert.deepEqual([body['status'], body['reason']], ['failed', 'order_unknown']);
    assert.equal((await cards.book(paymentId))?.charged_amount, 0);
  });
});

describe('the address of return', () => {
  it('is of this site, or of one that CORS_ORIGINS names', async () => {
    const { buyer, id } = await heldBy();
    const bad = [
      'https://evil.example/',
      'javascript:alert(1)',
      '//evil.example',
      'https://partner.example.evil.example/',
      'https://user:word@partner.example/',
    ];
    for (const returnUrl of bad) {
      const { status, body } = await cards.request(buyer, id, { returnUrl });
      assert.deepEqual([status, body['code']], [400, 'return_url_invalid'], returnUrl);
    }
    const { status, body } = await cards.request(buyer, id, { returnUrl: `${OTHER_SITE}/back?at=1` });
    assert.equal(status, 201);
    const back = await cards.decide(buyer, body['id'], 'leave', 'normal');
    assert.equal(back.origin + back.pathname, `${OTHER_SITE}/back`);
    assert.equal(back.searchParams.get('at'), '1');
  });
});

describe('callbacks', () => {
  it('five times, out of order, and made up have one effect', async () => {
    for (const behaviour of ['duplicate', 'reordered'] as const) {
      const { buyer, id } = await heldBy();
      const { paymentId } = await cards.pay(buyer, id, behaviour);
      const sent = Array.from({ length: 5 }, (_, index) =>
        cards.changed(paymentId, index % 2 === 0 ? 'DONE' : 'ABORTED'),
      );
      assert.deepEqual(new Set(await Promise.all(sent)), new Set([200]));
      await cards.untilIs(buyer, paymentId, 'succeeded');
      assert.equal(await cards.told(paymentId, 'payment.succeeded'), 1);
      assert.equal(await cards.told(paymentId, 'payment.failed'), 0);
      assert.equal((await cards.book(paymentId))?.charged_amount, 2_000);
    }
  });

  it('are a hint: one that says DONE of what nobody paid changes nothing', async () => {
    const { buyer, id } = await heldBy();
    const paymentId = await cards.requested(buyer, id);
    assert.equal(await cards.changed(paymentId), 200);
    assert.equal((await cards.payment(buyer, paymentId))['status'], 'requested');
  });

  it('of nobody we know, of nonsense and of too much are answered, and bounded', async () => {
    assert.equal(await cards.callback({ data: {} }, 'nobody'), 404);
    assert.equal(await cards.callback({}), 200);
    assert.equal(await cards.callback({ data: { orderId: { a: 1 } } }), 200);
    assert.equal(await cards.changed('019b7a52-4c00-7abc-8def-0123456789ab'), 200);
    assert.equal(await cards.callback({ data: { orderId: 'x'.repeat(17_000) } }), 413);
  });
});

describe('points and card', () => {
  it('points supersede a card that was only asked for; money that comes all the same goes back', async () => {
    const { buyer, id } = await heldBy(5_000);
    const paymentId = await cards.requested(buyer, id);
    assert.equal((await shop.pay(buyer, id)).body['status'], 'succeeded');
    assert.deepEqual(
      [(await cards.payment(buyer, paymentId))['status'], (await cards.payment(buyer, paymentId))['reason']],
      ['failed', 'superseded'],
    );
    await cards.chargeAnyway(paymentId);
    await Promise.all([cards.changed(paymentId), cards.changed(paymentId)]);
    const refunded = await cards.untilIs(buyer, paymentId, 'refunded');
    assert.equal(refunded['reason'], 'superseded');
    assert.deepEqual(await cards.book(paymentId), {
      charged_amount: 2_000,
      refunded_amount: 2_000,
      status: 'refunded',
    });
    assert.equal(await cards.told(paymentId, 'payment.refunded'), 1);
    const statuses = (await shop.tickets(buyer)).map(({ status }) => status);
    assert.deepEqual(statuses, ['valid', 'valid']);
    assert.equal((await shop.reservation(buyer, id))['status'], 'confirmed');
  });

  it('while it is not known whether the card was charged nothing else is taken', async () => {
    const { buyer, id } = await heldBy(5_000);
    const paymentId = await cards.requested(buyer, id);
    const confirming = cards.confirm(buyer, paymentId, await cards.agree(buyer, paymentId, 'delay'));
    await cards.untilIs(buyer, paymentId, 'unknown');
    for (const attempt of [await shop.pay(buyer, id), await cards.request(buyer, id)]) {
      assert.deepEqual(
        [attempt.status, attempt.body['code'], attempt.body['paymentId']],
        [409, 'payment_in_progress', paymentId],
      );
    }
    assert.equal((await confirming).status, 200);
    await cards.untilIs(buyer, paymentId, 'succeeded');
    assert.equal(await shop.balance(buyer), 5_000);
  });

  it('a cancelled purchase goes back to where the money came from', async () => {
    const { buyer, id } = await heldBy(5_000);
    const { paymentId } = await cards.pay(buyer, id);
    assert.equal((await shop.cancel(buyer, id)).body['status'], 'cancelled');
    const payment = await cards.untilIs(buyer, paymentId, 'refunded');
    assert.equal(payment['reason'], 'cancelled');
    assert.equal((await cards.book(paymentId))?.refunded_amount, 2_000);
    assert.equal(await shop.balance(buyer), 5_000);
    const statuses = (await shop.tickets(buyer)).map(({ status }) => status);
    assert.deepEqual(statuses, ['void', 'void']);
    assert.ok((await shop.history(buyer, id)).includes('payment.refunded'));
  });
});

describe('how one can pay', () => {
  it('is told to anyone', async () => {
    const { body } = await shop.testApp.call(undefined, 'GET /v1/payment-methods');
    assert.deepEqual(body, { methods: ['points', 'card'], isSimulated: true });
  });
});
