import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { won } from '../support/catalogue.ts';
import { Shop } from '../support/reservations/shop.ts';

let shop: Shop;

before(async () => {
  shop = await Shop.open({ CHARGE_AMOUNT_MIN: '100', CHARGE_AMOUNT_MAX: '50000', CHARGE_MONTH_MAX: '80000' });
});
after(() => shop.close());

describe('points', () => {
  it('are charged, shown as a balance and as a statement, newest first', async () => {
    const buyer = await shop.buyer(0);
    assert.equal(await shop.balance(buyer), 0);
    for (const amount of [1_000, 500]) {
      const { status, body } = await shop.testApp.call(buyer, 'POST /v1/points/charges', {
        body: { amount: won(amount) },
      });
      assert.deepEqual([status, body['kind'], body['amount']], [201, 'charge', won(amount)]);
    }
    assert.equal(await shop.balance(buyer), 1_500);
    const { body } = await shop.testApp.call(buyer, 'GET /v1/points/entries');
    assert.deepEqual(
      body['items'].map((entry: Record<string, { amount: number }>) => entry['balanceAfter']!.amount),
      [1_500, 1_000],
    );
  });

  it('are limited in one charge and in a month, also when charged many times at once', async () => {
    const buyer = await shop.buyer(0);
    const charge = (amount: number, headers = {}) =>
      shop.overSocket(buyer, 'POST /v1/points/charges', { body: { amount: won(amount) }, headers });
    const may = async () => {
      const { body } = await shop.testApp.call(buyer, 'GET /v1/points');
      return [body['chargeMax'].amount, body['monthLeft'].amount];
    };
    assert.deepEqual(await may(), [50_000, 80_000]);
    const { status, body } = await charge(50_001);
    assert.deepEqual([status, body['code'], body['limit']], [409, 'charge_over_limit', 50_000]);
    const small = await charge(99);
    assert.deepEqual(
      [small.status, small.body['code'], small.body['limit']],
      [409, 'charge_under_limit', 100],
    );
    const answers = await Promise.all(Array.from({ length: 10 }, () => charge(15_000)));
    assert.equal(answers.filter((answer) => answer.status === 201).length, 5);
    const refused = answers.filter((answer) => answer.status !== 201);
    assert.ok(refused.every((answer) => answer.body['code'] === 'charge_over_month'));
    assert.deepEqual(await may(), [5_000, 5_000]);
    assert.equal(await shop.balance(buyer), 75_000);
  });

  it('are charged once for one key', async () => {
    const buyer = await shop.buyer(0);
    const charge = () =>
      shop.overSocket(buyer, 'POST /v1/points/charges', {
        body: { amount: won(700) },
        headers: { 'idempotency-key': 'once' },
      });
    const answers = await Promise.all(Array.from({ length: 5 }, charge));
    // Who comes while the first is under way is told to wait; nobody is charged again.
    assert.ok(answers.every(({ status }) => status === 201 || status === 409));
    assert.equal((await charge()).status, 201);
    assert.equal(await shop.balance(buyer), 700);
  });
});

describe('a payment', () => {
  it('takes the price of the hold, confirms it, sells the seats and issues a ticket for each', async () => {
    const performanceId = await shop.performance();
    const buyer = await shop.buyer(5_000);
    const id = await shop.held(buyer, performanceId, [4, 5]);
    const { status, body } = await shop.pay(buyer, id);
    assert.deepEqual(
      [status, body['status'], body['amount'], body['reservationId']],
      [201, 'succeeded', won(2_000), id],
    );
    assert.equal((await shop.reservation(buyer, id))['status'], 'confirmed');
    assert.equal(await shop.balance(buyer), 3_000);
    assert.equal((await shop.tickets(buyer)).length, 2);
    await shop.untilMapShows(performanceId, '00022');
    const lost = await shop.reserve(await shop.buyer(0), performanceId, [5]);
    assert.equal(lost.body['code'], 'seat_taken');
  });

  it('names no amount: a client that sends one is refused', async () => {
    const buyer = await shop.buyer();
    const id = await shop.held(buyer, await shop.performance(), [1]);
    const { status } = await shop.testApp.call(buyer, `POST /v1/reservations/${id}/payments`, {
      body: { method: 'points', amount: won(1) },
    });
    assert.equal(status, 400);
    assert.equal(await shop.balance(buyer), 10_000);
  });

  it('clicked twice at once on two sockets is taken once, and both hear of the same payment', async () => {
    const performanceId = await shop.performance({ limitPerPerson: 50 });
    const buyer = await shop.buyer(20_000);
    for (let seat = 1; seat <= 10; seat++) {
      const id = await shop.held(buyer, performanceId, [seat]);
      const click = () =>
        shop.overSocket(buyer, `POST /v1/reservations/${id}/payments`, { body: { method: 'points' } });
      const [first, second] = await Promise.all([click(), click()]);
      assert.deepEqual(new Set([first.status, second.status]), new Set([200, 201]));
      assert.equal(first.body['id'], second.body['id']);
    }
    assert.equal(await shop.balance(buyer), 10_000);
  });

  it('of several holds at once out of one purse never takes more than is in it', async () => {
    const performanceId = await shop.performance({ limitPerPerson: 50 });
    const buyer = await shop.buyer(3_000);
    const ids: string[] = [];
    for (let seat = 1; seat <= 6; seat++) ids.push(await shop.held(buyer, performanceId, [seat]));
    const answers = await Promise.all(
      ids.map((id) =>
        shop.overSocket(buyer, `POST /v1/reservations/${id}/payments`, { body: { method: 'points' } }),
      ),
    );
    assert.equal(answers.filter(({ status }) => status === 201).length, 3);
    const refused = answers.filter(({ status }) => status !== 201);
    assert.ok(
      refused.every(({ body }) => body['code'] === 'points_insufficient' && body['missing'] === 1_000),
    );
    assert.equal(await shop.balance(buyer), 0);
  });

  it('with too few points leaves the hold alive, and can be made good', async () => {
    const buyer = await shop.buyer(400);
    const id = await shop.held(buyer, await shop.performance(), [1]);
    const { status, body } = await shop.pay(buyer, id);
    assert.deepEqual([status, body['code'], body['missing']], [409, 'points_insufficient', 600]);
    assert.equal((await shop.reservation(buyer, id))['status'], 'held');
    await shop.testApp.made(buyer, 'POST /v1/points/charges', { amount: won(600) });
    assert.equal((await shop.pay(buyer, id)).status, 201);
    assert.equal(await shop.balance(buyer), 0);
  });
});

describe('a ticket', () => {
  it('has a code of its own, its seat, and a QR code as SVG', async () => {
    const buyer = await shop.buyer();
    await shop.bought(buyer, await shop.performance(), [1, 2, 3]);
    const tickets = await shop.tickets(buyer);
    assert.equal(new Set(tickets.map(({ code }) => code)).size, 3);
    assert.deepEqual(
      tickets.map(({ seat }) => seat.id).toSorted((a, b) => a.localeCompare(b)),
      ['A-1-1', 'A-1-2', 'A-1-3'],
    );
    const id: string = tickets[0]!['id'];
    const { body } = await shop.testApp.call(buyer, `GET /v1/tickets/${id}`);
    assert.match(body['code'], /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
    assert.equal(body['status'], 'valid');
    const image = await shop.testApp.app.server.inject({
      url: `/v1/tickets/${id}/qr.svg`,
      headers: { authorization: `Bearer ${buyer.token}` },
    });
    assert.match(String(image.headers['content-type']), /^image\/svg\+xml/);
    assert.match(image.body, /^<svg .+<\/svg>$/s);
    assert.equal(image.body, body['qrSvg']);
  });
});
