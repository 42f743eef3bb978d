import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { inHours } from '../support/catalogue.ts';
import { Cards } from '../support/reservations/cards.ts';
import { Shop } from '../support/reservations/shop.ts';
import { until } from '../support/until.ts';
import type { Person } from '../support/waiting-room/test-app.ts';

let shop: Shop;
let cards: Cards;

before(async () => {
  shop = await Shop.open({ ACCOUNT_WRITES_AT_ONCE: '1000', ACCOUNT_REQUESTS_MAX: '1000' });
  cards = new Cards(shop);
});
after(() => shop.close());

const REASON = { reason: 'The singer is ill' };

function callOff(performanceId: string, as: Person = shop.testApp.seller, headers = {}) {
  return shop.testApp.call(as, `POST /v1/performances/${performanceId}/cancellation`, {
    body: REASON,
    headers,
  });
}

async function untilDone(performanceId: string) {
  const { body } = await until(
    () => shop.testApp.call(shop.testApp.seller, `GET /v1/performances/${performanceId}/cancellation`),
    ({ body: progress }) => progress['state'] === 'done',
  );
  return body;
}

async function paidByCard(buyer: Person, performanceId: string, seats: readonly number[]) {
  const id = await shop.held(buyer, performanceId, seats);
  const { body } = await cards.request(buyer, id);
  const back = await cards.agree(buyer, body['id']);
  assert.equal((await cards.confirm(buyer, body['id'], back)).body['status'], 'succeeded');
  return { id, paymentId: String(body['id']) };
}

describe('a performance that is cancelled', () => {
  it('gives all money back to where it came from, ends holds, and the seller sees how far it is', async () => {
    const performanceId = await shop.performance();
    const [byPoints, byCard, holder] = [await shop.buyer(5_000), await shop.buyer(0), await shop.buyer(0)];
    const bought = await shop.bought(byPoints, performanceId, [1, 2]);
    const charged = await paidByCard(byCard, performanceId, [3]);
    const held = await shop.held(holder, performanceId, [4]);
    const code = String((await shop.tickets(byPoints))[0]?.['code']);

    const { status, body } = await callOff(performanceId);
    assert.deepEqual([status, body['total'], body['reason']], [202, 2, REASON.reason]);
    const progress = await untilDone(performanceId);
    assert.deepEqual(
      [progress['total'], progress['waiting'], progress['refunding'], progress['failed'], progress['done']],
      [2, 0, 0, 0, 2],
    );
    assert.equal(await shop.balance(byPoints), 5_000);
    await cards.untilIs(byCard, charged.paymentId, 'refunded');
    assert.equal((await cards.book(charged.paymentId))?.refunded_amount, 1_000);
    for (const [person, id] of [
      [byPoints, bought],
      [byCard, charged.id],
      [holder, held],
    ] as const)
      assert.equal((await shop.reservation(person, id))['status'], 'cancelled');
    assert.deepEqual(
      (await shop.tickets(byPoints)).map((ticket) => ticket['status']),
      ['void', 'void'],
    );
    const refused = await shop.testApp.call(shop.testApp.seller, 'POST /v1/check-ins', { body: { code } });
    assert.deepEqual(
      [refused.body['code'], refused.body['reason']],
      ['ticket_void', 'performance_cancelled'],
    );
  });

  it('counts a refund as failed once the provider refuses it for good, and is done when it was redriven', async () => {
    const performanceId = await shop.performance();
    const { id, paymentId } = await paidByCard(await shop.buyer(0), performanceId, [1]);
    const { database, seller, manager } = shop.testApp;
    const charge = (status: string) =>
      database.query('update simulated_charge set status = $2 where payment_id = $1', [paymentId, status]);
    const read = () => shop.testApp.call(seller, `GET /v1/performances/${performanceId}/cancellation`);
    const counts = async () => {
      const { body } = await read();
      return [body['state'], body['refunding'], body['failed'], body['done']];
    };
    await charge('refused');
    // Many questions alone make no failure: the provider may be away.
    const askedOften = `update payment set attempts = 9, follow_up_at = now() + interval '1 hour'
      where id = $1 and status = 'refunding' returning id`;
    await callOff(performanceId);
    await until(
      () => database.query(askedOften, [paymentId]),
      (rows) => rows.length === 1,
    );
    assert.deepEqual(await counts(), ['running', 1, 0, 0]);
    await database.query('update payment set follow_up_at = now() where id = $1', [paymentId]);
    assert.deepEqual(await until(counts, ([, , failed]) => failed === 1), ['running', 0, 1, 0]);
    const { body: seen } = await read();
    const [failure, ...more] = seen['failures'];
    assert.deepEqual([failure.reservationId, failure.amount.amount, more], [id, 1_000, []]);
    assert.ok(failure.attempts >= 3 && failure.name !== '');
    await charge('charged');
    const redrive = { body: { consumer: 'refunds' } };
    assert.equal((await shop.testApp.call(manager, 'POST /v1/dead-letters/redrives', redrive)).status, 202);
    assert.deepEqual(await until(counts, ([state]) => state === 'done'), ['done', 0, 0, 1]);
    assert.deepEqual((await read()).body['failures'], []);
  });

  it('sells nothing more, whether held before or not, and closes its waiting room', async () => {
    const performanceId = await shop.performance({ roomEnabled: true });
    const person = await shop.buyer(0);
    assert.equal((await shop.testApp.join(person, performanceId)).status, 201);
    await callOff(performanceId);
    const view = await shop.testApp.call(undefined, `GET /v1/performances/${performanceId}`);
    assert.deepEqual([view.body['status'], view.body['cancelReason']], ['closed', REASON.reason]);
    assert.equal((await shop.reserve(person, performanceId, [1])).body['code'], 'performance_cancelled');
    const late = await shop.buyer(0);
    assert.equal((await shop.testApp.join(late, performanceId)).body['code'], 'room_closed');
    assert.deepEqual((await untilDone(performanceId))['total'], 0);
  });

  it('takes no payment for a hold that a process made which did not know of it yet', async () => {
    const performanceId = await shop.performance();
    const [payer, charged] = [await shop.buyer(5_000), await shop.buyer(0)];
    const id = await shop.held(payer, performanceId, [1]);
    const byCard = await shop.held(charged, performanceId, [2]);
    const { body: payment } = await cards.request(charged, byCard);
    const back = await cards.agree(charged, payment['id']);
    // As if it were committed by another process this very moment, and all that it ends were ended before these holds.
    await shop.testApp.database.query(
      `update performance set cancelled_at = now(), cancel_reason = 'ill', all_cancelled_at = now() where id = $1`,
      [performanceId],
    );
    assert.equal((await shop.pay(payer, id)).body['code'], 'reservation_not_payable');
    const confirmed = await cards.confirm(charged, payment['id'], back);
    assert.equal(confirmed.body['code'], 'reservation_not_payable');
    assert.equal(await shop.balance(payer), 5_000);
  });

  it('stays cancelled: asked for ten times at once it is so once, and nothing of it is changed any more', async () => {
    const performanceId = await shop.performance();
    const buyer = await shop.buyer(5_000);
    await shop.bought(buyer, performanceId, [1]);
    const path = `POST /v1/performances/${performanceId}/cancellation`;
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => shop.overSocket(shop.testApp.seller, path, { body: REASON })),
    );
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([202]));
    await untilDone(performanceId);
    assert.equal(await shop.balance(buyer), 5_000);
    const told = await shop.testApp.database.query<{ type: string }>(
      `select type from event where key = $1 and type = 'performance.cancelled'`,
      [performanceId],
    );
    assert.equal(told.length, 1);
    const patch = await shop.testApp.call(shop.testApp.seller, `PATCH /v1/performances/${performanceId}`, {
      body: { limitPerPerson: 9 },
    });
    const later = await postpone(performanceId, inHours(90));
    assert.deepEqual(
      [patch.body['code'], later.body['code']],
      ['performance_cancelled', 'performance_cancelled'],
    );
  });

  it('is its seller’s or a manager’s to cancel, before it begins, and only as they have seen it', async () => {
    const performanceId = await shop.performance();
    const rival = await shop.testApp.person(['member', 'seller']);
    assert.equal((await callOff(performanceId, rival)).status, 404);
    assert.equal((await callOff(performanceId, await shop.buyer(0))).status, 403);
    const stale = await callOff(performanceId, shop.testApp.seller, { 'if-match': '"7"' });
    assert.equal(stale.status, 412);
    const begun = await shop.performance({ startsAt: inHours(-1), opensAt: inHours(-2) });
    assert.equal((await callOff(begun)).body['code'], 'performance_begun');
    const path = `GET /v1/performances/${performanceId}/cancellation`;
    assert.equal((await shop.testApp.call(shop.testApp.seller, path)).body['code'], 'cancellation_not_found');
    assert.equal((await callOff(performanceId, shop.testApp.manager)).status, 202);
    const audit = await shop.testApp.call(shop.testApp.manager, 'GET /v1/operations/audit');
    const [{ action, by, details }] = audit.body['items'];
    assert.deepEqual(
      [action, by.id, details.reason],
      ['performance.cancelled', shop.testApp.manager.accountId, REASON.reason],
    );
  });
});

function postpone(performanceId: string, startsAt: string, as: Person = shop.testApp.seller) {
  return shop.testApp.call(as, `POST /v1/performances/${performanceId}/postponement`, { body: { startsAt } });
}

describe('a performance that is postponed', () => {
  it('asks those who have paid: they keep their tickets or get all of their money back', async () => {
    const performanceId = await shop.performance();
    const [keeper, leaver, silent] = [
      await shop.buyer(5_000),
      await shop.buyer(5_000),
      await shop.buyer(5_000),
    ];
    const kept = await shop.bought(keeper, performanceId, [1]);
    const left = await shop.bought(leaver, performanceId, [2]);
    await shop.bought(silent, performanceId, [3]);
    const startsAt = inHours(200);
    const { status, body } = await postpone(performanceId, startsAt);
    assert.deepEqual([status, body['answerUntil'], body['unanswered']], [200, startsAt, 3]);
    const answer = (person: Person, id: string) =>
      shop.testApp.call(person, `POST /v1/reservations/${id}/postponement-answers`, {
        body: { answer: 'keep' },
      });
    assert.equal((await answer(leaver, kept)).status, 404);
    assert.equal((await answer(keeper, kept)).body['keptFor'], startsAt);
    assert.equal((await answer(keeper, kept)).body['keptFor'], startsAt);
    assert.equal((await shop.cancel(leaver, left)).body['status'], 'cancelled');
    assert.equal((await answer(leaver, left)).body['code'], 'not_postponed');
    assert.equal(await shop.balance(leaver), 5_000);
    const path = `GET /v1/performances/${performanceId}/postponement`;
    const { body: progress } = await shop.testApp.call(shop.testApp.seller, path);
    const { total, kept: keeps, handedBack, unanswered } = progress;
    assert.deepEqual([total, keeps, handedBack, unanswered], [3, 1, 1, 1]);
    assert.equal((await shop.tickets(keeper))[0]?.['status'], 'valid');
    assert.deepEqual((await shop.history(keeper, kept)).at(-1), 'reservation.kept');
  });

  it('goes to a later start that is to come, once for each, and nobody is asked where it was not', async () => {
    const performanceId = await shop.performance();
    const buyer = await shop.buyer(5_000);
    const id = await shop.bought(buyer, performanceId, [1]);
    const asked = await shop.testApp.call(buyer, `POST /v1/reservations/${id}/postponement-answers`, {
      body: { answer: 'keep' },
    });
    assert.equal(asked.body['code'], 'not_postponed');
    assert.equal((await postpone(performanceId, inHours(-1))).body['code'], 'postponement_invalid');
    const startsAt = inHours(300);
    for (let i = 0; i < 2; i++) assert.equal((await postpone(performanceId, startsAt)).status, 200);
    const told = await shop.testApp.database.query(
      `select type from event where key = $1 and type = 'performance.postponed'`,
      [performanceId],
    );
    assert.equal(told.length, 1);
    const rival = await shop.testApp.person(['member', 'seller']);
    assert.equal((await postpone(performanceId, inHours(400), rival)).status, 404);
  });
});
