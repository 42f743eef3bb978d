import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { won } from '../support/catalogue.ts';
import { Cards } from '../support/reservations/cards.ts';
import { Shop } from '../support/reservations/shop.ts';
import type { Person, Reply } from '../support/waiting-room/test-app.ts';

const ONCE_MAX = 5_000;
const MONTH_MAX = 12_000;

let shop: Shop;
let cards: Cards;

before(async () => {
  shop = await Shop.open({
    PAYMENT_TIMEOUT_MS: '500',
    CHARGE_AMOUNT_MAX: String(ONCE_MAX),
    CHARGE_MONTH_MAX: String(MONTH_MAX),
    ACCOUNT_WRITES_AT_ONCE: '1000',
    ACCOUNT_REQUESTS_MAX: '1000',
  });
  cards = new Cards(shop);
});
after(() => shop.close());

const points = async (person: Person) => (await shop.testApp.call(person, 'GET /v1/points')).body;
const entries = async (person: Person): Promise<Reply['body'][]> =>
  (await shop.testApp.call(person, 'GET /v1/points/entries')).body['items'];

describe('a charge of points by card', () => {
  it('sends the person to the provider and back, then credits them with the payment', async () => {
    const person = await shop.buyer(0);
    const { status, body } = await cards.charge(person, 3_000);
    assert.deepEqual([status, body['status'], body['amount']], [201, 'requested', won(3_000)]);
    assert.deepEqual([body['purpose'], body['reservationId']], ['points', null]);
    assert.match(body['checkoutUrl'], new RegExp(`^http://.+/checkout/${body['id']}$`));
    const asked = await points(person);
    assert.deepEqual([asked['balance'], asked['underWay'][0].id], [won(0), body['id']]);
    assert.deepEqual(asked['chargeWays'], ['instant', 'card']);
    const back = await cards.decide(person, body['id'], 'pay', 'normal');
    assert.equal(back.pathname, '/points');
    assert.equal(await shop.balance(person), 0);
    const agreed = await cards.agree(person, body['id']);
    const { body: paid } = await cards.confirm(person, body['id'], agreed);
    assert.equal(paid['status'], 'succeeded');
    const credited = await points(person);
    assert.deepEqual([credited['balance'], credited['underWay']], [won(3_000), []]);
    assert.equal((await cards.book(body['id']))?.charged_amount, 3_000);
    const [entry] = await entries(person);
    assert.deepEqual([entry?.['kind'], entry?.['reference']], ['charge', body['id']]);
    assert.equal(await cards.told(body['id'], 'points.charge-requested'), 1);
    assert.equal(await cards.told(body['id'], 'points.charged'), 1);
  });

  it('asked for and confirmed fifty times at once is charged and credited once', async () => {
    const person = await shop.buyer(0);
    const request = { body: { amount: won(2_000), method: 'card' } };
    const ask = () => shop.overSocket(person, 'POST /v1/points/charges', request);
    const asked = await Promise.all(Array.from({ length: 50 }, ask));
    assert.equal(asked.filter(({ status }) => status === 201).length, 1);
    assert.equal(asked.filter(({ status }) => status === 200).length, 49);
    const [paymentId = '', ...others] = new Set(asked.map(({ body }) => String(body['id'])));
    assert.deepEqual(others, []);
    const back = await cards.agree(person, paymentId, 'duplicate');
    const confirm = () =>
      shop.overSocket(person, `POST /v1/payments/${paymentId}/confirmations`, { body: back });
    await Promise.all(Array.from({ length: 50 }, confirm));
    await cards.untilIs(person, paymentId, 'succeeded');
    await Promise.all(Array.from({ length: 5 }, () => cards.changed(paymentId)));
    assert.equal((await cards.book(paymentId))?.charged_amount, 2_000);
    assert.equal(await shop.balance(person), 2_000);
    assert.equal((await entries(person)).length, 1);
  });

  it('that is declined credits nothing, and another one can be tried at once', async () => {
    const person = await shop.buyer(0);
    const { answer } = await cards.buyPoints(person, 1_000, 'decline');
    assert.deepEqual([answer.body['status'], answer.body['reason']], ['failed', 'card_declined']);
    assert.equal(await shop.balance(person), 0);
    assert.equal((await cards.buyPoints(person, 1_000)).answer.body['status'], 'succeeded');
    assert.equal(await shop.balance(person), 1_000);
  });

  it('counts against the limits while it is under way, and no more once it has failed', async () => {
    const person = await shop.buyer(0);
    assert.equal((await cards.charge(person, ONCE_MAX + 1)).body['code'], 'charge_over_limit');
    await cards.buyPoints(person, 5_000);
    await cards.buyPoints(person, 4_000);
    assert.deepEqual((await cards.charge(person, 3_001)).body['left'], 3_000);
    const open = await cards.charge(person, 3_000);
    assert.equal((await points(person))['monthLeft'].amount, 0);
    const atOnce = { body: { amount: won(1) } };
    const refused = await shop.testApp.call(person, 'POST /v1/points/charges', atOnce);
    assert.equal(refused.body['code'], 'charge_over_month');
    await cards.decide(person, open.body['id'], 'decline', 'normal');
    await cards.untilIs(person, open.body['id'], 'failed');
    assert.equal((await points(person))['monthLeft'].amount, 3_000);
  });

  it('is ended by one of another amount, and money that comes for it goes back', async () => {
    const person = await shop.buyer(0);
    const { body: first } = await cards.charge(person, 1_000);
    const agreed = await cards.agree(person, first['id']);
    const { answer } = await cards.buyPoints(person, 2_000);
    assert.equal(answer.body['status'], 'succeeded');
    const confirmed = await cards.confirm(person, first['id'], agreed);
    assert.deepEqual([confirmed.body['status'], confirmed.body['reason']], ['failed', 'superseded']);
    await cards.chargeAnyway(first['id']);
    await cards.changed(first['id']);
    await cards.untilIs(person, first['id'], 'refunded');
    assert.deepEqual(await cards.book(first['id']), {
      charged_amount: 1_000,
      refunded_amount: 1_000,
      status: 'refunded',
    });
    assert.equal(await shop.balance(person), 2_000);
    assert.equal(await cards.told(first['id'], 'points.charge-refunded'), 1);
  });

  it('whose fate is unknown is asked for until it is known, and nothing more is opened meanwhile', async () => {
    const person = await shop.buyer(0);
    const { body } = await cards.charge(person, 1_000);
    const agreed = await cards.agree(person, body['id'], 'late');
    const { body: confirmed } = await cards.confirm(person, body['id'], agreed);
    assert.equal(confirmed['status'], 'unknown');
    const { status, body: refused } = await cards.charge(person, 2_000);
    assert.deepEqual(
      [status, refused['code'], refused['paymentId']],
      [409, 'payment_in_progress', body['id']],
    );
    // Also after its time: nothing was kept for it that could lapse.
    await cards.timeOut(body['id']);
    await cards.chargeNow(body['id']);
    await cards.untilIs(person, body['id'], 'succeeded');
    assert.equal(await shop.balance(person), 1_000);
  });

  it('of which another amount was taken gives it back', async () => {
    const person = await shop.buyer(0);
    const { paymentId } = await cards.buyPoints(person, 1_000, 'other-amount');
    const { reason } = await cards.untilIs(person, paymentId, 'refunded');
    assert.equal(reason, 'amount_mismatch');
    assert.equal(await shop.balance(person), 0);
    assert.deepEqual(await entries(person), []);
  });

  it('that was left is over after its time: what it was kept for is free, and it cannot be confirmed', async () => {
    const person = await shop.buyer(0);
    const { body } = await cards.charge(person, 1_000);
    const agreed = await cards.agree(person, body['id']);
    await cards.timeOut(body['id']);
    const { reason } = await cards.untilIs(person, body['id'], 'failed');
    assert.equal(reason, 'not_paid_in_time');
    const late = await cards.confirm(person, body['id'], agreed);
    assert.equal(late.body['status'], 'failed');
    assert.equal((await cards.book(body['id']))?.charged_amount, 0);
    assert.deepEqual((await points(person))['underWay'], []);
  });

  it('sends nobody to a foreign site, and shows nobody’s payment to others', async () => {
    const person = await shop.buyer(0);
    const foreign = await cards.charge(person, 1_000, { returnUrl: 'https://evil.example/points' });
    assert.deepEqual([foreign.status, foreign.body['code']], [400, 'return_url_invalid']);
    const { body } = await cards.charge(person, 1_000);
    const stranger = await shop.buyer(0);
    const looked = await shop.testApp.call(stranger, `GET /v1/payments/${body['id']}`);
    assert.equal(looked.status, 404);
    const stolen = { paymentKey: 'x', orderId: body['id'], amount: 1_000 };
    assert.equal((await cards.confirm(stranger, body['id'], stolen)).status, 404);
  });
});
