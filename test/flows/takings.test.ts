import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { won } from '../support/catalogue.ts';
import { Shop } from '../support/reservations/shop.ts';

let shop: Shop;
before(async () => {
  shop = await Shop.open();
});
after(() => shop.close());

test('takings are what was paid, less refunds, whatever the price is now', async () => {
  const { testApp } = shop;
  const performanceId = await shop.performance();
  const buyer = await shop.buyer();
  const { body: performance } = await testApp.call(undefined, `GET /v1/performances/${performanceId}`);
  const [grade = ''] = Object.keys(performance['prices']);
  const price: number = performance['prices'][grade].amount;
  await shop.bought(buyer, performanceId, [1, 2]);
  const change = { body: { prices: { [grade]: won(price + 7) } } };
  await testApp.call(testApp.seller, `PATCH /v1/performances/${performanceId}`, change);
  const returned = await shop.bought(buyer, performanceId, [3]);
  assert.equal((await shop.cancel(buyer, returned)).status, 200);
  await shop.held(buyer, performanceId, [4]);

  const path = `/v1/concerts/${performance['concertId']}/takings`;
  const { status, body } = await testApp.call(testApp.seller, `GET ${path}`);
  assert.equal(status, 200);
  const ofThis = body['items'].filter(
    (item: { performanceId: string }) => item.performanceId === performanceId,
  );
  const sums = {
    seatsPaid: 3,
    paid: won(3 * price + 7),
    seatsRefunded: 1,
    refunded: won(price + 7),
    net: won(2 * price),
  };
  const today = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10);
  const { startsAt } = performance;
  assert.deepEqual(ofThis, [{ day: today, performanceId, startsAt, grade, ...sums }]);
  assert.deepEqual(body['total'], sums);

  const csv = await fetch(`${testApp.app.address()}${path}`, {
    headers: { authorization: `Bearer ${testApp.manager.token}`, accept: 'text/csv' },
  });
  assert.match(csv.headers.get('content-type') ?? '', /^text\/csv/);
  // Reading as text takes the mark of the encoding away.
  const lines = Buffer.from(await csv.arrayBuffer())
    .toString()
    .split('\r\n');
  assert.deepEqual(lines, [
    '\uFEFFday,performance,startsAt,grade,seatsPaid,paid,seatsRefunded,refunded,net,currency',
    `${today},${performanceId},${startsAt},${grade},3,${3 * price + 7},1,${price + 7},${2 * price},KRW`,
    '',
  ]);
  assert.equal((await testApp.call(buyer, `GET ${path}`)).status, 403);
});
