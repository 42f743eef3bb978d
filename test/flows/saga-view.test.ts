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
  shop = await Shop.open({ PAYMENT_TIMEOUT_MS: '500', PAYMENT_CONFIRM_MIN_MS: '0' });
  cards = new Cards(shop);
});
after(() => shop.close());

type Step = {
  name: string;
  state: string;
  since: string;
  attempts: number;
  error?: string;
  cause?: string;
  text: string;
  consumer?: string;
};

async function saga(person: Person, id: string): Promise<Step[]> {
  const { status, body } = await shop.testApp.call(person, `GET /v1/reservations/${id}/saga`);
  assert.equal(status, 200, JSON.stringify(body));
  return body['steps'];
}

/** Names and states of the steps, without the consumers that follow behind. */
const states = (steps: readonly Step[]) =>
  steps.filter(({ name }) => name !== 'consumer').map(({ name, state }) => `${name} ${state}`);

async function redrive(consumer: string): Promise<void> {
  const { status } = await shop.testApp.call(shop.testApp.manager, 'POST /v1/dead-letters/redrives', {
    body: { consumer },
  });
  assert.equal(status, 202);
}

async function held() {
  const performanceId = await shop.performance();
  const buyer = await shop.buyer(5_000);
  return { performanceId, buyer, id: await shop.held(buyer, performanceId, [1]) };
}

describe('the saga of a reservation', () => {
  it('tells what is done and what is undone, step by step', async () => {
    const { buyer, id } = await held();
    assert.deepEqual(states(await saga(buyer, id)), ['hold pending']);
    await shop.pay(buyer, id);
    assert.deepEqual(states(await saga(buyer, id)), ['hold done', 'payment done', 'tickets done']);
    await shop.cancel(buyer, id);
    assert.deepEqual(states(await saga(buyer, id)), [
      'hold undone',
      'payment undone',
      'tickets undone',
      'cancellation done',
      'refund done',
    ]);
  });

  it('says what a card payment waits for, since when, how often it was tried, and why to those who sell', async () => {
    const { buyer, id } = await held();
    const { body } = await cards.request(buyer, id);
    const back = await cards.agree(buyer, body['id'], 'timeout');
    await cards.confirm(buyer, body['id'], back);
    await cards.untilIs(buyer, body['id'], 'succeeded');
    // The provider has taken the money and does not answer any more.
    await shop.testApp.database.query(
      `update simulated_charge set status = 'refused' where payment_id = $1`,
      [body['id']],
    );
    await shop.cancel(buyer, id);
    const refund = (steps: readonly Step[]) => steps.find(({ name }) => name === 'refund');
    const seen = await until(
      () => saga(shop.testApp.seller, id),
      (steps) => refund(steps)?.error !== undefined,
    );
    const step = refund(seen);
    assert.equal(step?.state, 'pending');
    assert.match(String(step?.error), /card_declined/);
    assert.ok(step && step.attempts >= 1);
    assert.ok(Date.parse(step.since) <= Date.now());
    const own = refund(await saga(buyer, id));
    assert.deepEqual([own?.state, own?.error], ['pending', undefined]);
    // At the next refusal it becomes a dead letter.
    const { database } = shop.testApp;
    await database.query('update payment set attempts = 9, follow_up_at = now() where id = $1', [body['id']]);
    const hanging = await until(
      () => saga(shop.testApp.seller, id),
      (steps) => refund(steps)?.state === 'parked',
    );
    assert.match(String(refund(hanging)?.cause), /refund_refused/);
    const told = refund(await saga(buyer, id));
    assert.deepEqual([told?.state, told?.error, told?.cause], ['parked', undefined, undefined]);
    const letter = (state: string) =>
      database.query('update dead_letter set state = $2 where event_id = $1', [body['id'], state]);
    await letter('discarded');
    assert.equal(refund(await saga(buyer, id))?.state, 'failed');
    await letter('parked');
    await database.query(`update simulated_charge set status = 'charged' where payment_id = $1`, [
      body['id'],
    ]);
    await redrive('refunds');
    await until(
      () => saga(buyer, id),
      (steps) => refund(steps)?.state === 'done',
    );
  });

  it('shows a consumer that could not take an event as parked, with the cause to those who sell', async () => {
    const { performanceId, buyer, id } = await held();
    const next = await shop.buyer(5_000);
    const behind = await shop.held(next, performanceId, [2]);
    const { database, seller } = shop.testApp;
    await database.query(`create function complain() returns trigger language plpgsql as $$
      begin raise exception 'no such hall'; end $$`);
    await database.query(`create trigger complain before insert on sales_minute for each row
      when (new.performance_id = '${performanceId}') execute function complain()`);
    const ranking = async (person: Person, reservation: string) =>
      (await saga(person, reservation)).find(({ consumer }) => consumer === 'ranking');
    const untilIs = (person: Person, reservation: string, state: string) =>
      until(
        () => ranking(person, reservation),
        (step) => step?.state === state,
      );
    await shop.pay(buyer, id);
    await untilIs(seller, id, 'parked');
    await shop.pay(next, behind);
    const first = await ranking(seller, id);
    assert.match(String(first?.cause), /no such hall/);
    assert.match(String(first?.error), /no such hall/);
    assert.ok(first && first.attempts >= 1);
    const waiting = await untilIs(seller, behind, 'parked');
    assert.match(String(waiting?.text), /payment\.succeeded waits for ranking behind a dead letter/);
    const own = await ranking(buyer, id);
    assert.deepEqual([own?.state, own?.cause, own?.error], ['parked', undefined, undefined]);
    await database.query('drop function complain cascade');
    await redrive('ranking');
    for (const reservation of [id, behind]) await untilIs(seller, reservation, 'done');
  });

  it('shows a consumer that lags behind its events, and that it has heard of all in the end', async () => {
    const { buyer, id } = await held();
    const ranking = (steps: readonly Step[]) => steps.find(({ consumer }) => consumer === 'ranking')?.state;
    await shop.testApp.database.transaction(async (tx) => {
      await tx.query(`select from event_consumer where name = 'ranking' for update`);
      await shop.pay(buyer, id);
      assert.equal(ranking(await saga(buyer, id)), 'pending');
    });
    await until(
      () => saga(buyer, id),
      (steps) => ranking(steps) === 'done',
    );
  });

  it('tells of a performance that was postponed and then cancelled; who had left before hears nothing of it', async () => {
    const { performanceId, buyer, id } = await held();
    await shop.pay(buyer, id);
    const leaver = await shop.buyer(0);
    const left = await shop.held(leaver, performanceId, [2]);
    await shop.cancel(leaver, left);
    const { seller } = shop.testApp;
    await shop.testApp.call(seller, `POST /v1/performances/${performanceId}/postponement`, {
      body: { startsAt: inHours(99) },
    });
    assert.equal(states(await saga(buyer, id)).at(-1), 'new-date pending');
    await shop.testApp.call(seller, `POST /v1/performances/${performanceId}/cancellation`, {
      body: { reason: 'ill' },
    });
    const steps = await until(
      () => saga(buyer, id),
      (seen) => states(seen).at(-1) === 'refund done',
    );
    assert.deepEqual(states(steps).slice(3), ['new-date undone', 'cancellation done', 'refund done']);
    assert.deepEqual(states(await saga(leaver, left)), ['hold undone', 'cancellation done']);
  });

  it('is told to its owner, its seller and managers', async () => {
    const { buyer, id } = await held();
    for (const person of [buyer, shop.testApp.seller, shop.testApp.manager])
      assert.equal((await saga(person, id)).length, 1);
    const stranger = await shop.buyer(0);
    assert.equal((await shop.testApp.call(stranger, `GET /v1/reservations/${id}/saga`)).status, 404);
  });
});
