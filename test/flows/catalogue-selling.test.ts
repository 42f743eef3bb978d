import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  addSale,
  clientOf,
  composeCatalogue,
  inHours,
  openCatalogue,
  people,
  performanceBody,
  venueBody,
  won,
} from '../support/catalogue.ts';
import { smallPlan } from '../support/seat-plans.ts';
import { until } from '../support/until.ts';

const { composed, call } = await openCatalogue();

const events = async (key: string) =>
  (
    await composed.database.query<{ type: string; data: object }>(
      'select type, data from event where key = $1 order by position',
      [key],
    )
  ).map(({ type, data }) => ({ type, ...data }));

describe('venues', () => {
  test('are created with their stages and come back to their seller only, and to managers', async () => {
    const created = await call('seller', 'POST', '/v1/venues', { body: venueBody });
    assert.equal(created.status, 201);
    assert.equal(created.body.sellerId, people.seller.id);
    const [stage] = created.body.stages;
    assert.deepEqual(
      { ...stage, id: 0, planUrl: 0 },
      { id: 0, name: 'Main', nameEn: null, capacity: 20, grades: { VIP: 8, R: 12 }, planUrl: 0 },
    );
    const has = async (as: 'seller' | 'rival' | 'manager') =>
      (await call(as, 'GET', '/v1/venues')).body.items.some(
        (one: { id: string }) => one.id === created.body.id,
      );
    assert.deepEqual([await has('seller'), await has('rival'), await has('manager')], [true, false, true]);
    const plan = await call(undefined, 'GET', stage.planUrl);
    assert.equal(plan.body.capacity, 20);
    assert.deepEqual(plan.body.grades, ['VIP', 'R']);
    assert.equal(plan.body.plan.sections[1].name, 'Balcony');
  });

  test('are listed newest first, page by page', async () => {
    const { server, stop } = await composeCatalogue();
    const listing = clientOf(server);
    for (let i = 0; i < 5; i++) {
      await listing('seller', 'POST', '/v1/venues', { body: { ...venueBody, name: `Hall ${i}` } });
    }
    const names: string[] = [];
    let cursor = '';
    do {
      const { body } = await listing('seller', 'GET', `/v1/venues?limit=2${cursor}`);
      names.push(...body.items.map((one: { name: string }) => one.name));
      cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`;
    } while (cursor);
    assert.deepEqual(names, ['Hall 4', 'Hall 3', 'Hall 2', 'Hall 1', 'Hall 0']);
    const wrong = await listing('seller', 'GET', '/v1/venues?cursor=nonsense');
    assert.equal(wrong.status, 400);
    await stop();
  });

  test('with plans that cannot be sold from are refused, and told where', async () => {
    const [floor] = smallPlan.sections;
    const twice = { sections: [floor, floor] };
    const bad = await call('seller', 'POST', '/v1/venues', {
      body: { ...venueBody, stages: [{ name: 'Main', plan: twice }] },
    });
    assert.equal(bad.status, 422);
    assert.equal(bad.body.code, 'seat_plan_invalid');
    assert.deepEqual(bad.body.errors, [
      { path: '/body/stages/0/plan/sections/1/id', message: 'section A is there twice' },
    ]);
    for (const plan of [
      { sections: [] },
      { sections: [{ id: 'A', rows: [] }] },
      { sections: [{ id: 'A-1', rows: floor?.rows }] },
      {
        sections: [{ id: 'A', rows: [{ id: '1', runs: [{ grade: 'R', first: 1, count: 0, at: [0, 0] }] }] }],
      },
      { sections: smallPlan.sections, seats: [] },
    ]) {
      const answer = await call('seller', 'POST', '/v1/venues', {
        body: { ...venueBody, stages: [{ name: 'Main', plan }] },
      });
      assert.equal(answer.status, 400, JSON.stringify(plan));
      assert.equal(answer.body.code, 'invalid_request');
      assert.ok(answer.body.errors.length > 0);
    }
  });

  test('may have a plan of 2 MB, and not one byte of another body more than usual', async () => {
    const seat = (row: number, i: number) => ({ grade: 'R', first: i, count: 1, at: [i * 10.5, row * 12] });
    const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
    const rows = upTo(100).map((row) => ({ id: `${row}`, runs: upTo(200).map((i) => seat(row, i)) }));
    const body = { ...venueBody, stages: [{ name: 'Main', plan: { sections: [{ id: 'A', rows }] } }] };
    assert.ok(JSON.stringify(body).length > 1_000_000);
    const created = await call('seller', 'POST', '/v1/venues', { body });
    assert.equal(created.status, 201);
    assert.equal(created.body.stages[0].capacity, 20_000);
    const [{ plan } = { plan: '' }] = await composed.database.query<{ plan: string }>(
      'select plan::text as plan from stage where id = $1',
      [created.body.stages[0].id],
    );
    assert.ok(plan.length < 10_000, `stored in ${plan.length} characters`);
    const large = { ...venueBody, address: 'x'.repeat(3_000_000) };
    assert.equal((await call('seller', 'POST', '/v1/venues', { body: large })).status, 413);
    const concert = { title: 'T', artist: 'A', description: 'x'.repeat(100_000) };
    assert.equal((await call('seller', 'POST', '/v1/concerts', { body: concert })).status, 413);
  });
});

describe('performances', () => {
  test('are created with defaults, say what remains, and tell the log', async () => {
    const { performance, concertId, performanceId } = await addSale(composed.server);
    assert.equal(performance.status, 'on_sale');
    assert.deepEqual(performance.remaining, { VIP: 8, R: 12 });
    assert.equal(performance.remainingTotal, 20);
    assert.equal(performance.closesAt, performance.startsAt);
    assert.deepEqual(
      [performance.limitPerPerson, performance.holdTtlMs, performance.roomEnabled],
      [4, 300_000, true],
    );
    assert.deepEqual(performance.prices, { VIP: won(150_000), R: won(90_000) });
    assert.deepEqual([performance.venue, performance.stage], ['Test Hall', 'Main']);
    assert.deepEqual(await events(performanceId), [
      { type: 'performance.changed', performanceId, concertId, change: 'created' },
    ]);
    const read = await call(undefined, 'GET', `/v1/performances/${performanceId}`);
    assert.deepEqual(read.body, performance);
  });

  test('need one price for each grade, an opening before the closing, and a stage of their seller', async () => {
    const { stageId, concertId } = await addSale(composed.server);
    const create = (more: object, as: 'seller' | 'rival' = 'seller') =>
      call(as, 'POST', `/v1/concerts/${concertId}/performances`, {
        body: { ...performanceBody(stageId), ...more },
      });
    const lacking = await create({ prices: { VIP: won(1), GOLD: won(2) } });
    assert.equal(lacking.body.code, 'prices_incomplete');
    assert.deepEqual([lacking.body.missing, lacking.body.unknown], [['R'], ['GOLD']]);
    const inherited = await create({ prices: { VIP: won(1), R: won(2), constructor: won(3) } });
    assert.equal(inherited.body.code, 'prices_incomplete');
    assert.equal((await create({ closesAt: inHours(-2) })).body.code, 'sale_times_invalid');
    assert.equal((await create({ opensAt: inHours(72) })).body.code, 'sale_times_invalid');
    assert.equal((await create({ stageId: concertId })).body.code, 'stage_not_found');
    assert.equal((await create({}, 'rival')).body.code, 'concert_not_found');
    const rivals = await call('rival', 'POST', '/v1/concerts', { body: { title: 'T', artist: 'A' } });
    const stolen = await call('rival', 'POST', `/v1/concerts/${rivals.body.id}/performances`, {
      body: performanceBody(stageId),
    });
    assert.equal(stolen.body.code, 'stage_not_found');
    assert.equal((await create({ prices: { VIP: won(-1), R: won(1) } })).status, 400);
    assert.equal((await create({ prices: { VIP: won(2), R: won(1), '!': null } })).status, 400);
  });

  test('change for their seller and for managers; for another seller they do not exist', async () => {
    const { performanceId } = await addSale(composed.server);
    const patch = (as: 'seller' | 'rival' | 'manager' | 'member', body: object) =>
      call(as, 'PATCH', `/v1/performances/${performanceId}`, { body });
    assert.equal((await patch('rival', { limitPerPerson: 1 })).body.code, 'performance_not_found');
    assert.equal((await patch('member', { limitPerPerson: 1 })).status, 403);
    const changed = await patch('seller', { limitPerPerson: 2, prices: { VIP: won(5), R: won(4) } });
    assert.equal(changed.status, 200);
    assert.deepEqual([changed.body.limitPerPerson, changed.body.prices.VIP], [2, won(5)]);
    assert.equal((await patch('manager', { roomEnabled: false })).body.roomEnabled, false);
    const read = await call(undefined, 'GET', `/v1/performances/${performanceId}`);
    assert.deepEqual([read.body.limitPerPerson, read.body.roomEnabled], [2, false]);
    const terms = await composed.catalogue.terms(performanceId);
    assert.deepEqual([terms?.limitPerPerson, terms?.priceOf(0), terms?.priceOf(19)], [2, 5, 4]);
  });

  test('keep their stage, and their opening once it has passed', async () => {
    const { performanceId, stageId } = await addSale(composed.server);
    const patch = (body: object) => call('seller', 'PATCH', `/v1/performances/${performanceId}`, { body });
    assert.equal((await patch({ stageId })).status, 400);
    assert.equal((await patch({ opensAt: inHours(1) })).body.code, 'sale_already_open');
    assert.equal((await patch({ closesAt: inHours(-2) })).body.code, 'sale_times_invalid');
    const closed = await patch({ closesAt: inHours(-0.5) });
    assert.equal(closed.body.status, 'closed');
    const later = await addSale(composed.server, { opensAt: inHours(2) });
    assert.equal(later.performance.status, 'scheduled');
    const moved = await call('seller', 'PATCH', `/v1/performances/${later.performanceId}`, {
      body: { opensAt: inHours(-0.1) },
    });
    assert.equal(moved.body.status, 'on_sale');
  });

  test('changed by two at once keep both changes', async () => {
    const { performanceId } = await addSale(composed.server);
    await Promise.all(
      [{ limitPerPerson: 7 }, { holdTtlMs: 60_000 }, { roomEnabled: false }, { startsAt: inHours(50) }].map(
        (body) => call('seller', 'PATCH', `/v1/performances/${performanceId}`, { body }),
      ),
    );
    const { body } = await call(undefined, 'GET', `/v1/performances/${performanceId}`);
    assert.deepEqual([body.limitPerPerson, body.holdTtlMs, body.roomEnabled], [7, 60_000, false]);
  });

  test('of another process are heard of by the log', async () => {
    const { performanceId, concertId } = await addSale(composed.server);
    // Hearing of the sale itself would also make it look again.
    await composed.log.now();
    await until(() => composed.log.stats().consumers.every(({ lag }) => lag === 0));
    assert.equal((await composed.catalogue.terms(performanceId))?.limitPerPerson, 4);
    await composed.database.query('update performance set limit_per_person = 9 where id = $1', [
      performanceId,
    ]);
    assert.equal((await composed.catalogue.terms(performanceId))?.limitPerPerson, 4);
    await composed.database.query(
      `insert into event (type, version, key, occurred_at, data)
       values ('performance.changed', 1, $1, now(), $2)`,
      [performanceId, JSON.stringify({ performanceId, concertId, change: 'updated' })],
    );
    composed.log.notify();
    await until(
      () => composed.catalogue.terms(performanceId),
      (terms) => terms?.limitPerPerson === 9,
    );
  });
});

describe('concerts', () => {
  test('are created empty and change for their owner only', async () => {
    const body = { title: '겨울 밤', artist: '북극성', category: 'musical' };
    const created = await call('seller', 'POST', '/v1/concerts', { body });
    assert.equal(created.status, 201);
    assert.deepEqual(created.body.performances, []);
    const url = `/v1/concerts/${created.body.id}`;
    assert.deepEqual((await call(undefined, 'GET', url)).body, created.body);
    assert.equal(
      (await call('rival', 'PATCH', url, { body: { title: 'Mine' } })).body.code,
      'concert_not_found',
    );
    const changed = await call('manager', 'PATCH', url, { body: { title: 'Winter Night' } });
    assert.deepEqual([changed.body.title, changed.body.artist], ['Winter Night', '북극성']);
    assert.equal((await call(undefined, 'GET', url)).body.title, 'Winter Night');
    assert.deepEqual(
      (await events(created.body.id)).map((event) => 'change' in event && event.change),
      ['created', 'updated'],
    );
  });

  test('a write with a key is done once, and repeats its answer', async () => {
    const headers = { 'idempotency-key': 'concert-once' };
    const body = { title: 'Once', artist: 'Only' };
    const first = await call('seller', 'POST', '/v1/concerts', { body, headers });
    const again = await call('seller', 'POST', '/v1/concerts', { body, headers });
    assert.equal(again.status, 201);
    assert.equal(again.text, first.text);
    const sale = await addSale(composed.server);
    const patch = () =>
      call('seller', 'PATCH', `/v1/performances/${sale.performanceId}`, {
        body: { limitPerPerson: 3 },
        headers: { 'idempotency-key': 'patch-once' },
      });
    const [one, two] = [await patch(), await patch()];
    assert.equal(one.text, two.text);
    assert.equal((await events(sale.performanceId)).length, 2);
  });

  test('without a token or a role cannot be written', async () => {
    const body = { title: 'T', artist: 'A' };
    assert.equal((await call(undefined, 'POST', '/v1/concerts', { body })).status, 401);
    assert.equal((await call('member', 'POST', '/v1/concerts', { body })).body.code, 'role_required');
    assert.equal((await call('member', 'GET', '/v1/venues')).status, 403);
  });
});
