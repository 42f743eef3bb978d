import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  addSale,
  createSalesOn,
  inHours,
  openCatalogue,
  performanceBody,
  venueBody,
  won,
} from '../support/catalogue.ts';
import { Listener } from '../support/live.ts';
import { smallPlan } from '../support/seat-plans.ts';
import { until } from '../support/until.ts';

const { composed, call } = await openCatalogue();

const row = (grade: string, count: number, x = 0) => ({
  id: '1',
  runs: [{ grade, first: 1, count, at: [x, 0], by: [10, 0] }],
});
const oneRow = (grade: string, count: number, x = 0) => ({
  sections: [{ id: 'A', rows: [row(grade, count, x)] }],
});

/** A venue of one row of ten seats, and what it takes to change it. */
async function addVenue(stages: object[] = [{ name: 'Main', plan: oneRow('R', 10) }]) {
  const { body } = await call('seller', 'POST', '/v1/venues', { body: { ...venueBody, stages } });
  const url = `/v1/venues/${body.id}`;
  return {
    url,
    stageIds: body.stages.map((stage: { id: string }) => stage.id) as string[],
    patch: (change: object, as: 'seller' | 'manager' = 'seller') => call(as, 'PATCH', url, { body: change }),
    read: async () => (await call('seller', 'GET', url)).body,
  };
}

/** A performance that opens in an hour, unless it is said otherwise. */
async function perform(stageId: string, more: object = {}): Promise<string> {
  const concert = await call('seller', 'POST', '/v1/concerts', { body: { title: 'T', artist: 'A' } });
  const body = { ...performanceBody(stageId), opensAt: inHours(1), prices: { R: won(1_000) }, ...more };
  const answer = await call('seller', 'POST', `/v1/concerts/${concert.body.id}/performances`, { body });
  assert.equal(answer.status, 201, answer.text);
  return answer.body.id;
}

const performance = async (id: string) => (await call(undefined, 'GET', `/v1/performances/${id}`)).body;

describe('a venue', () => {
  test('has a time zone, Korean where none is given, by which its performances begin', async () => {
    const { patch, read, stageIds } = await addVenue();
    assert.equal((await read()).timeZone, 'Asia/Seoul');
    const id = await perform(stageIds[0]!);
    const { concertId, timeZone } = await performance(id);
    assert.equal(timeZone, 'Asia/Seoul');
    assert.equal((await patch({ timeZone: 'America/New_York' })).body.timeZone, 'America/New_York');
    assert.equal((await performance(id)).timeZone, 'America/New_York');
    const { items } = (await call(undefined, 'GET', '/v1/concerts?limit=100')).body;
    const listed = items.find((concert: { id: string }) => concert.id === concertId);
    assert.equal(listed.timeZone, 'America/New_York');
    for (const unknown of ['Moon/Tycho', '', '+09:00', 9])
      assert.equal((await patch({ timeZone: unknown })).body.code, 'invalid_request', String(unknown));
  });

  test('changes its name, address and stages', async () => {
    const { patch, read, stageIds } = await addVenue();
    const [id] = stageIds;
    const changed = await patch({
      name: 'New Hall',
      address: '2 Other Street',
      stages: [
        { id, name: 'Grand' },
        { name: 'Small', plan: oneRow('S', 3) },
      ],
    });
    assert.equal(changed.status, 200);
    assert.deepEqual([changed.body.name, changed.body.address], ['New Hall', '2 Other Street']);
    const stages = changed.body.stages as { id: string; name: string; capacity: number }[];
    assert.deepEqual(
      stages.map(({ name, capacity }) => [name, capacity]),
      [
        ['Grand', 10],
        ['Small', 3],
      ],
    );
    assert.equal(stages[0]?.id, id);
    assert.deepEqual(await read(), changed.body);
    const less = await patch({ stages: [{ id: stages[1]?.id, name: 'Small', plan: oneRow('S', 4) }] });
    assert.deepEqual(
      less.body.stages.map((stage: { name: string; capacity: number }) => [stage.name, stage.capacity]),
      [['Small', 4]],
    );
    assert.deepEqual([less.body.name, await read()], ['New Hall', less.body]);
  });

  test('does not take stages that are not its own, new ones without seats, or too many seats', async () => {
    const { patch, stageIds, read } = await addVenue();
    const [id] = stageIds;
    const other = await addVenue();
    const earlier = await read();
    const codeOf = async (stages: object[]) => (await patch({ name: 'X', stages })).body.code;
    assert.equal(await codeOf([{ id: other.stageIds[0], name: 'Stolen' }]), 'stage_not_found');
    assert.equal(
      await codeOf([
        { id, name: 'A' },
        { id, name: 'B' },
      ]),
      'stage_not_found',
    );
    const bare = await patch({ stages: [{ id, name: 'Main' }, { name: 'Bare' }] });
    assert.equal(bare.body.code, 'seat_plan_invalid');
    assert.equal(bare.body.errors[0].path, '/body/stages/1/plan');
    const twice = { sections: [...oneRow('R', 1).sections, ...oneRow('R', 1).sections] };
    assert.equal(await codeOf([{ id, name: 'Main', plan: twice }]), 'seat_plan_invalid');
    const large = Array.from({ length: 2 }, () => ({ name: 'Huge', plan: oneRow('R', 50_000) }));
    assert.equal(await codeOf([{ id, name: 'Main' }, ...large]), 'seat_plan_invalid');
    assert.equal((await patch({ stages: [] })).status, 400);
    assert.deepEqual(await read(), earlier);
  });

  test('goes while nothing plays at it, once and for all', async () => {
    const { url, stageIds } = await addVenue();
    const headers = { 'idempotency-key': 'remove-once' };
    assert.equal((await call('rival', 'DELETE', url)).body.code, 'venue_not_found');
    assert.equal((await call('seller', 'DELETE', url, { headers })).status, 204);
    assert.equal((await call('seller', 'DELETE', url, { headers })).status, 204);
    assert.equal((await call('seller', 'DELETE', url)).body.code, 'venue_not_found');
    assert.equal((await call('seller', 'GET', url)).body.code, 'venue_not_found');
    const left = await composed.database.query('select 1 from stage where id = $1', [stageIds[0]]);
    assert.equal(left.length, 0);
  });

  test('stays while a performance plays on one of its stages, and so does that stage', async () => {
    const { url, patch, stageIds } = await addVenue([
      { name: 'Main', plan: oneRow('R', 10) },
      { name: 'Free', plan: oneRow('R', 5) },
    ]);
    const [main, free] = stageIds;
    const performanceId = await perform(main ?? '');
    const removal = await call('seller', 'DELETE', url);
    assert.deepEqual([removal.status, removal.body.code], [409, 'stage_in_use']);
    assert.deepEqual([removal.body.stageId, removal.body.performanceId], [main, performanceId]);
    assert.equal((await patch({ stages: [{ id: free, name: 'Free' }] })).body.code, 'stage_in_use');
    assert.equal((await patch({ stages: [{ id: main, name: 'Main' }] })).status, 200);
  });
});

describe('the seats of a stage', () => {
  test('change before the sale, for everyone who asks or looks on', async () => {
    const { patch, stageIds } = await addVenue();
    const [id] = stageIds;
    const performanceId = await perform(id ?? '');
    const earlier = (await call(undefined, 'GET', `/v1/performances/${performanceId}/seats`)).body;
    assert.equal(earlier.capacity, 10);
    const map = await composed.catalogue.seating.seatMaps.get(performanceId);
    const looksOn = new Listener();
    map?.topic.subscribe(looksOn);
    const other = createSalesOn(composed.database, composed.log);
    await other.lifecycle.start();
    assert.equal((await other.terms(performanceId))?.capacity, 10);
    assert.equal((await other.seating.seatMaps.get(performanceId))?.plan.capacity, 10);

    assert.equal(
      (await patch({ name: 'Renamed', stages: [{ id, name: 'M', plan: oneRow('R', 12) }] })).status,
      200,
    );
    const seen = await performance(performanceId);
    assert.deepEqual(
      [seen.capacity, seen.remaining, seen.venue, seen.stage],
      [12, { R: 12 }, 'Renamed', 'M'],
    );
    const later = (await call(undefined, 'GET', `/v1/performances/${performanceId}/seats`)).body;
    assert.equal(later.capacity, 12);
    assert.notEqual(later.planUrl, earlier.planUrl);
    assert.equal((await call(undefined, 'GET', later.planUrl)).body.capacity, 12);
    assert.deepEqual(looksOn.events, ['snapshot']);
    await until(
      () => other.terms(performanceId),
      (terms) => terms?.capacity === 12,
    );
    await until(
      () => other.seating.seatMaps.get(performanceId),
      (one) => one?.plan.capacity === 12,
    );
    await other.lifecycle.stop();
  });

  test('stay once the sale has opened or is about to, while their places and names may change', async () => {
    const { patch, stageIds } = await addVenue();
    const [id] = stageIds;
    const performanceId = await perform(id ?? '', { opensAt: inHours(4 / 60) });
    await composed.seatsChange({ performanceId, seatNos: [3], epoch: 1, type: 'reservation.created' });
    const codeOf = async (plan: object) => (await patch({ stages: [{ id, name: 'Main', plan }] })).body.code;
    assert.equal(await codeOf(oneRow('R', 11)), 'seats_in_use');
    assert.equal(await codeOf(oneRow('R', 9)), 'seats_in_use');
    assert.equal(await codeOf(oneRow('S', 10)), 'seats_in_use');
    const renumbered = { sections: [{ id: 'A', rows: [{ ...row('R', 10), id: '2' }] }] };
    assert.equal(await codeOf(renumbered), 'seats_in_use');
    const moved = { sections: [{ id: 'A', name: 'Stalls', rows: [row('R', 10, 500)] }] };
    assert.equal(await codeOf(moved), undefined);
    const { planUrl } = (await call(undefined, 'GET', `/v1/performances/${performanceId}/seats`)).body;
    const { plan } = (await call(undefined, 'GET', planUrl)).body;
    assert.deepEqual([plan.sections[0].name, plan.sections[0].rows[0].runs[0].at], ['Stalls', [500, 0]]);
    const taken = await call(undefined, 'GET', `/v1/performances/${performanceId}/seats/list?status=held`);
    assert.deepEqual(
      taken.body.items.map((seat: { id: string; x: number }) => [seat.id, seat.x]),
      [['A-1-4', 530]],
    );
  });

  test('keep to the grades that performances have prices for', async () => {
    const { patch, stageIds } = await addVenue();
    const [id] = stageIds;
    const performanceId = await perform(id ?? '');
    const refused = await patch({ stages: [{ id, name: 'Main', plan: oneRow('S', 10) }] });
    assert.deepEqual([refused.status, refused.body.code], [422, 'prices_incomplete']);
    assert.deepEqual(
      [refused.body.missing, refused.body.unknown, refused.body.performanceId],
      [['S'], ['R'], performanceId],
    );
  });

  test('fit the prices of a performance that is made while they change', async () => {
    for (let round = 0; round < 5; round++) {
      const { patch, stageIds } = await addVenue();
      const [id = ''] = stageIds;
      const concert = await call('seller', 'POST', '/v1/concerts', { body: { title: 'T', artist: 'A' } });
      const create = () =>
        call('seller', 'POST', `/v1/concerts/${concert.body.id}/performances`, {
          body: { ...performanceBody(id), opensAt: inHours(1), prices: { R: won(1) } },
        });
      const change = () => patch({ stages: [{ id, name: 'Main', plan: oneRow('S', 10) }] });
      const [made, changed] = await Promise.all([create(), change()]);
      // Whichever came first, the other met what it had done.
      assert.deepEqual(
        [made.status, changed.status].toSorted((a, b) => a - b),
        made.status === 201 ? [201, 422] : [200, 422],
      );
      assert.equal((made.status === 201 ? changed : made).body.code, 'prices_incomplete');
    }
  });

  test('written with other runs but the same seats are no change', async () => {
    const { performanceId, stageId } = await addSale(composed.server);
    const earlier = await performance(performanceId);
    const venues = (await call('seller', 'GET', '/v1/venues?limit=1')).body.items;
    const changed = await call('seller', 'PATCH', `/v1/venues/${venues[0].id}`, {
      body: { stages: [{ id: stageId, name: 'Main', plan: smallPlan }] },
    });
    assert.equal(changed.status, 200, changed.text);
    assert.deepEqual(await performance(performanceId), earlier);
  });
});
