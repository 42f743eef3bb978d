import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Shop } from '../support/reservations/shop.ts';
import { until } from '../support/until.ts';

let shop: Shop;

before(async () => {
  shop = await Shop.open();
});
after(() => shop.close());

describe('a hold', () => {
  it('is answered with its seats, its price, its end and its epoch', async () => {
    const performanceId = await shop.performance({ holdTtlMs: 90_000 });
    const buyer = await shop.buyer(0);
    const askedAt = Date.now();
    const { status, body } = await shop.reserve(buyer, performanceId, [12, 3]);
    assert.equal(status, 201);
    const { id, createdAt, expiresAt, ...rest } = body;
    const seat = (number: number) => {
      const price = { amount: 1_000, currency: 'KRW' };
      return { id: `A-1-${number}`, section: 'A', row: '1', number, grade: 'R', price };
    };
    assert.deepEqual(rest, {
      status: 'held',
      performanceId,
      accountId: buyer.accountId,
      seats: [seat(3), seat(12)],
      amount: { amount: 2_000, currency: 'KRW' },
      epoch: 1,
      keptFor: null,
    });
    assert.equal(Date.parse(expiresAt) - Date.parse(createdAt), 90_000);
    assert.ok(Date.parse(createdAt) >= askedAt);
    assert.deepEqual(await shop.reservation(buyer, id), body, 'read again it is the same');
  });

  it('is all or nothing: who loses one seat holds none, and hears which', async () => {
    const performanceId = await shop.performance();
    await shop.held(await shop.buyer(0), performanceId, [2, 4]);
    const loser = await shop.buyer(0);
    const { status, body } = await shop.reserve(loser, performanceId, [1, 2, 3, 4]);
    assert.equal(status, 409);
    assert.equal(body['code'], 'seat_taken');
    assert.deepEqual(body['seats'], ['A-1-2', 'A-1-4']);
    await shop.held(loser, performanceId, [1, 3]);
  });

  it('of one seat is won by one of 200 who ask at once over sockets, and all others hear 409', async () => {
    const performanceId = await shop.performance();
    const people = await Promise.all(Array.from({ length: 200 }, () => shop.testApp.person()));
    const body = { performanceId, seatIds: ['A-1-1'] };
    const answers = await Promise.all(
      people.map((person) => shop.overSocket(person, 'POST /v1/reservations', { body })),
    );
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    assert.equal(answers.filter((answer) => answer.body['code'] === 'seat_taken').length, 199);
  });

  it('asked for again with the same key is the same hold, also when it was lost', async () => {
    const performanceId = await shop.performance();
    const [winner, loser] = [await shop.buyer(0), await shop.buyer(0)];
    const key = { 'idempotency-key': 'my-try' };
    const first = await shop.reserve(winner, performanceId, [1], key);
    const lost = await shop.reserve(loser, performanceId, [1], key);
    assert.deepEqual([first.status, lost.status], [201, 409]);
    await shop.cancel(winner, first.body['id']);
    const [again, lostAgain] = [
      await shop.reserve(winner, performanceId, [1], key),
      await shop.reserve(loser, performanceId, [1], key),
    ];
    assert.deepEqual([again.status, again.body], [201, first.body]);
    assert.deepEqual([lostAgain.status, lostAgain.body['code']], [409, 'seat_taken']);
  });
});

describe('a lapsed hold', () => {
  it('frees its seats by itself, cannot be paid, and the next owner has a higher epoch', async () => {
    const performanceId = await shop.performance({ holdTtlMs: 1_000 });
    const [first, next] = [await shop.buyer(), await shop.buyer()];
    const id = await shop.held(first, performanceId, [1]);
    await until(
      () => shop.reservation(first, id),
      ({ status }) => status === 'expired',
    );
    const refused = await shop.pay(first, id);
    assert.deepEqual([refused.status, refused.body['code']], [409, 'hold_expired']);
    const taken = await shop.reserve(next, performanceId, [1]);
    assert.deepEqual([taken.status, taken.body['epoch']], [201, 2]);
    assert.equal((await shop.pay(first, id)).body['code'], 'hold_expired');
    assert.equal((await shop.cancel(first, id)).body['code'], 'reservation_ended');
    assert.equal((await shop.pay(next, taken.body['id'])).status, 201);
    assert.equal(await shop.balance(first), 10_000);
  });

  it('is written down with its event, and the seat map shows the seat free', async () => {
    const performanceId = await shop.performance({ holdTtlMs: 1_000 });
    const buyer = await shop.buyer(0);
    await shop.bought(await shop.buyer(), performanceId, [3]);
    await shop.untilMapShows(performanceId, '002');
    const id = await shop.held(buyer, performanceId, [1, 2]);
    await until(
      () => shop.history(buyer, id),
      (types) => types.includes('reservation.expired'),
    );
    assert.deepEqual(await shop.history(buyer, id), ['reservation.created', 'reservation.expired']);
    // What is sold after it shows on the map after it.
    await shop.bought(await shop.buyer(), performanceId, [4]);
    await shop.untilMapShows(performanceId, '0022');
  });

  it('keeps its end over a restart, and lapses then', async () => {
    const performanceId = await shop.performance({ holdTtlMs: 2_000 });
    const buyer = await shop.buyer(0);
    const { body } = await shop.reserve(buyer, performanceId, [1]);
    await shop.testApp.restart();
    assert.equal((await shop.reservation(buyer, body['id']))['expiresAt'], body['expiresAt']);
    await until(
      () => shop.history(buyer, body['id']),
      (types) => types.includes('reservation.expired'),
    );
  });
});

describe('the limit per person', () => {
  it('counts seats that are held and seats that were bought, and gives back what was cancelled', async () => {
    const performanceId = await shop.performance({ limitPerPerson: 3 });
    const buyer = await shop.buyer();
    const tooMany = await shop.reserve(buyer, performanceId, [1, 2, 3, 4]);
    assert.deepEqual([tooMany.status, tooMany.body['code'], tooMany.body['limit']], [422, 'over_limit', 3]);
    await shop.bought(buyer, performanceId, [1]);
    const held = await shop.held(buyer, performanceId, [2, 3]);
    const { status, body } = await shop.reserve(buyer, performanceId, [4]);
    assert.deepEqual([status, body['code'], body['seatsHad'], body['limit']], [409, 'limit_reached', 3, 3]);
    await shop.cancel(buyer, held);
    await shop.held(buyer, performanceId, [4, 5]);
    await shop.held(buyer, await shop.performance({ limitPerPerson: 3 }), [1, 2, 3]);
  });

  it('holds for somebody who asks ten times at once', async () => {
    const performanceId = await shop.performance({ limitPerPerson: 3 });
    const buyer = await shop.buyer(0);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        shop.overSocket(buyer, 'POST /v1/reservations', {
          body: { performanceId, seatIds: [`A-1-${index + 1}`] },
        }),
      ),
    );
    assert.equal(answers.filter(({ status }) => status === 201).length, 3);
    assert.equal(answers.filter((answer) => answer.body['code'] === 'limit_reached').length, 7);
  });
});
