import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { eventTypes } from '../../src/app/event-types.ts';
import { Shop } from '../support/reservations/shop.ts';
import { until } from '../support/until.ts';

let shop: Shop;

before(async () => {
  shop = await Shop.open();
});
after(() => shop.close());

type Consumer = Readonly<Record<string, unknown>> & { readonly name: string };

async function consumers(): Promise<readonly Consumer[]> {
  return (await shop.testApp.call(shop.testApp.manager, 'GET /v1/events/consumers')).body['items'];
}

async function untilConsumer(name: string, is: (consumer: Consumer) => boolean): Promise<void> {
  await until(consumers, (all) => all.some((consumer) => consumer.name === name && is(consumer)));
}

async function soldNow(performanceId: string): Promise<number> {
  const { body } = await shop.testApp.call(undefined, 'GET /v1/rankings/selling-now');
  const items = body['items'] as readonly Record<string, unknown>[];
  const item = items.find((one) => one['performanceId'] === performanceId);
  return Number(item?.['sold'] ?? 0);
}

it('what happens to a reservation reaches the seat map and the ranking, and so does its undoing', async () => {
  const performanceId = await shop.performance();
  const buyer = await shop.buyer();
  const held = await shop.held(buyer, performanceId, [1]);
  await shop.untilMapShows(performanceId, '100');
  const bought = await shop.bought(buyer, performanceId, [2, 3]);
  await shop.untilMapShows(performanceId, '122');
  await until(
    () => soldNow(performanceId),
    (sold) => sold === 2,
  );
  await shop.cancel(buyer, held);
  await shop.untilMapShows(performanceId, '022');
  await shop.bought(buyer, performanceId, [4]);
  await shop.cancel(buyer, bought);
  await shop.untilMapShows(performanceId, '0002');
  await until(
    () => soldNow(performanceId),
    (sold) => sold === 1,
  );
});

it('a consumer that fails is tried again, shows its error meanwhile, and counts everything once', async () => {
  const performanceId = await shop.performance();
  const buyer = await shop.buyer();
  await shop.testApp.database.query('alter table sales_minute rename to mislaid');
  try {
    await shop.bought(buyer, performanceId, [1]);
    await shop.bought(buyer, performanceId, [2]);
    await untilConsumer('ranking', ({ attempts }) => Number(attempts) >= 2);
    const failing = (await consumers()).find(({ name }) => name === 'ranking');
    assert.match(String(failing?.['lastError']), /sales_minute/);
    assert.ok(Number(failing?.['lag']) > 0);
    assert.notEqual(failing?.['failingSince'], null);
    assert.equal(await soldNow(performanceId).catch(() => 0), 0, 'nothing of the batch has taken effect');
    // Others are not held up by it.
    await shop.untilMapShows(performanceId, '22');
  } finally {
    await shop.testApp.database.query('alter table mislaid rename to sales_minute');
  }
  await untilConsumer('ranking', ({ attempts, lag }) => attempts === 0 && lag === 0);
  await until(
    () => soldNow(performanceId),
    (sold) => sold === 2,
  );
});

it('what consumers did is not done again after a restart', async () => {
  const performanceId = await shop.performance();
  await shop.bought(await shop.buyer(), performanceId, [1, 2]);
  await untilConsumer('ranking', ({ lag }) => lag === 0);
  await shop.testApp.restart();
  await shop.bought(await shop.buyer(), performanceId, [3]);
  await until(
    () => soldNow(performanceId),
    (sold) => sold === 3,
  );
  await shop.untilMapShows(performanceId, '222');
});

it('every event that a sale saves has the shape that its contract says', async () => {
  const types = new Map(Object.values(eventTypes).flatMap((all) => all.map((one) => [one.type, one])));
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  const rows = await shop.testApp.database.query<{ type: string; data: object }>(
    'select type, data from event_each order by position, n',
  );
  const seen = new Set(rows.map(({ type }) => type));
  for (const type of ['reservation.created', 'payment.succeeded', 'reservation.cancelled', 'points.charged'])
    assert.ok(seen.has(type), type);
  for (const { type, data } of rows.filter((row) => !row.type.startsWith('room.'))) {
    const declared = types.get(type);
    assert.ok(declared, `${type} is in no contract`);
    const isSo = ajv.validate(declared.data, data);
    assert.ok(isSo, `${type} ${JSON.stringify(data)}: ${ajv.errorsText()}`);
  }
});
