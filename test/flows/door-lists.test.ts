import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Shop } from '../support/reservations/shop.ts';

let shop: Shop;

before(async () => {
  shop = await Shop.open();
});
after(() => shop.close());

/** Somebody new with a ticket for this seat. */
async function sell(of: string, seat: number) {
  const buyer = await shop.buyer();
  const booking = await shop.bought(buyer, of, [seat]);
  const [first] = await shop.tickets(buyer);
  return { code: String(first!['code']), buyer, booking };
}

describe('the lists of a door', { timeout: 60_000 }, () => {
  it('have every good ticket with its buyer, as JSON and as CSV, and the offline list has no names', async () => {
    const of = await shop.performance();
    const sold = [await sell(of, 1), await sell(of, 2)];
    const { seller } = shop.testApp;
    await shop.testApp.call(seller, 'POST /v1/check-ins', { body: { code: sold[0]!.code, gate: 'North' } });
    const get = (path: string, headers = {}) =>
      shop.testApp.app.server.inject({
        url: `/v1/performances/${of}/${path}`,
        headers: { authorization: `Bearer ${seller.token}`, ...headers },
      });
    const list = (await get('door-list')).json();
    assert.deepEqual(
      list.items.map((row: { name: string; checkIn: { gate: string } | null }) => [
        row.name,
        row.checkIn?.gate,
      ]),
      [
        ['Somebody', 'North'],
        ['Somebody', undefined],
      ],
    );
    const page = (await get('door-list?limit=1')).json();
    const next = (await get(`door-list?limit=1&cursor=${page.nextCursor}`)).json();
    assert.equal(next.items[0].ticketId, list.items[1].ticketId);
    const csv = await get('door-list', { accept: 'text/csv' });
    assert.match(
      csv.body,
      /^\uFEFFsection,row,number,grade,name,checkedInAt,gate\r\nA,1,\d+,R,Somebody,\S+,North\r\n/,
    );
    const buyers = (await get('buyers')).json();
    assert.deepEqual(
      buyers.items.map((row: { reservationId: string; amount: object }) => [row.reservationId, row.amount]),
      sold.toReversed().map(({ booking }) => [booking, { amount: 1_000, currency: 'KRW' }]),
    );
    assert.match(
      (await get('buyers?format=csv')).body,
      /reservation,name,email,seats,amount,currency,paidAt\r\n/,
    );

    const offline = await get('door/tickets');
    const { tickets, version } = offline.json();
    assert.deepEqual(
      tickets.map(({ state }: { state: string }) => state),
      ['used', 'valid'],
    );
    assert.doesNotMatch(offline.body, /Somebody|@/);
    assert.equal((await get('door/tickets', { 'if-none-match': offline.headers['etag'] })).statusCode, 304);
    await shop.cancel(sold[1]!.buyer, sold[1]!.booking);
    const later = (await get('door/tickets')).json();
    assert.ok(later.version > version);
    assert.deepEqual(later.tickets.map(({ state }: { state: string }) => state).toSorted(), ['used', 'void']);
  });
});
