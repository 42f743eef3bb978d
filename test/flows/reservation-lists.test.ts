import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Shop } from '../support/reservations/shop.ts';
import type { Person } from '../support/waiting-room/test-app.ts';

let shop: Shop;
let performanceId: string;
let buyer: Person;
let other: Person;
/** Newest first. */
let ofBuyer: string[];
let ofOther: string[];

before(async () => {
  shop = await Shop.open();
  performanceId = await shop.performance({ limitPerPerson: 10 });
  [buyer, other] = [await shop.buyer(), await shop.buyer()];
  const first = await shop.bought(buyer, performanceId, [1]);
  const second = await shop.held(buyer, performanceId, [2]);
  ofOther = [await shop.held(other, performanceId, [3])];
  const third = await shop.held(buyer, await shop.performance(), [1]);
  ofBuyer = [third, second, first];
});
after(() => shop.close());

async function list(as: Person, query = ''): Promise<string[]> {
  const { body } = await shop.testApp.call(as, `GET /v1/reservations${query}`);
  return body['items'].map(({ id }: { id: string }) => id);
}

describe('reservations', () => {
  it("are the buyer's own, newest first, whatever is asked for", async () => {
    assert.deepEqual(await list(buyer), ofBuyer);
    assert.deepEqual(await list(buyer, '?scope=all'), ofBuyer);
    assert.deepEqual(await list(buyer, `?performanceId=${performanceId}&scope=all`), ofBuyer.slice(1));
    assert.deepEqual(await list(other), ofOther);
  });

  it('come in pages that leave nothing out and repeat nothing', async () => {
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await shop.testApp.call(buyer, `GET /v1/reservations?limit=2${cursor}`);
      seen.push(...body['items'].map(({ id }: { id: string }) => id));
      if (body['nextCursor'] === null) break;
      cursor = `&cursor=${body['nextCursor']}`;
    }
    assert.deepEqual(seen, ofBuyer);
  });

  it('of a performance are seen by its seller, and of all own performances if asked for', async () => {
    const { seller } = shop.testApp;
    const [third, ...here] = ofBuyer;
    assert.deepEqual(await list(seller, `?performanceId=${performanceId}`), [...ofOther, ...here]);
    assert.deepEqual(await list(seller, '?scope=all'), [third, ...ofOther, ...here]);
    assert.deepEqual(await list(seller), [], 'the seller has bought nothing');
    const rival = await shop.testApp.person(['member', 'seller']);
    assert.deepEqual(await list(rival, `?performanceId=${performanceId}`), []);
    assert.deepEqual(await list(rival, '?scope=all'), []);
  });

  it('are all seen by a manager', async () => {
    const { manager } = shop.testApp;
    assert.deepEqual(new Set(await list(manager)), new Set([...ofBuyer, ...ofOther]));
    assert.deepEqual(await list(manager, '?scope=own'), []);
  });

  it('tell their history in order and in words, to those who see them', async () => {
    const bought = ofBuyer[2]!;
    for (const person of [buyer, shop.testApp.seller, shop.testApp.manager]) {
      const { body } = await shop.testApp.call(person, `GET /v1/reservations/${bought}/history`);
      assert.deepEqual(
        body['items'].map(({ type, status }: Record<string, string>) => [type, status]),
        [
          ['reservation.created', 'held'],
          ['payment.succeeded', 'confirmed'],
        ],
      );
      assert.equal(body['items'][1].text, 'Paid 1000 KRW with points; 1 seat bought.');
    }
    const foreign = await shop.testApp.call(other, `GET /v1/reservations/${bought}/history`);
    assert.deepEqual([foreign.status, foreign.body['code']], [404, 'reservation_not_found']);
  });

  it('keep the price of the day, whatever the seller charges afterwards', async () => {
    const { seller } = shop.testApp;
    const changed = await shop.testApp.call(seller, `PATCH /v1/performances/${performanceId}`, {
      body: { prices: { R: { amount: 9_000, currency: 'KRW' } } },
    });
    assert.equal(changed.status, 200, JSON.stringify(changed.body));
    const held = await shop.reservation(buyer, ofBuyer[1]!);
    assert.deepEqual(held['seats'][0].price, { amount: 1_000, currency: 'KRW' });
    assert.equal((await shop.pay(buyer, ofBuyer[1]!)).body['amount'].amount, 1_000);
  });
});
