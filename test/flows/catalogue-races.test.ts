import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createCatalogueStore } from '../../src/adapters/postgres/catalogue/catalogue-store.ts';
import { OverloadedFault } from '../../src/kernel/faults.ts';
import type { Written } from '../../src/modules/catalogue/index.ts';
import type { Principal } from '../../src/platform/auth/principal.ts';
import {
  addSale,
  createSalesOn,
  ids,
  inHours,
  openCatalogue,
  people,
  performanceBody,
  venueBody,
  won,
} from '../support/catalogue.ts';

const { composed, call } = await openCatalogue();

const principal: Principal = {
  accountId: people.seller.id,
  roles: new Set<string>(people.seller.roles),
  sessionId: people.seller.id,
  expiresAt: Number.POSITIVE_INFINITY,
};
const by = { principal };

const oneRow = (grade: string, count: number) => ({
  sections: [
    {
      id: 'A',
      rows: [{ id: '1', runs: [{ grade, first: 1, count, at: [0, 0], by: [10, 0] }] }],
    },
  ],
});

/** Another process, which reads and decides; `meanwhile` happens before it saves, so many times. */
function slowProcess(meanwhile: () => Promise<unknown>, times = 1) {
  const real = createCatalogueStore(composed.database, { committed: () => undefined });
  const outcomes: Written[] = [];
  let left = times;
  const late =
    <A extends unknown[]>(write: (...values: A) => Promise<Written>) =>
    async (...values: A): Promise<Written> => {
      if (left-- > 0) await meanwhile();
      const outcome = await write(...values);
      outcomes.push(outcome);
      return outcome;
    };
  const store = {
    ...real,
    changeConcert: late(real.changeConcert),
    addPerformance: late(real.addPerformance),
    changePerformance: late(real.changePerformance),
    removePerformance: late(real.removePerformance),
    changeVenue: late(real.changeVenue),
    removeVenue: late(real.removeVenue),
  };
  const { selling } = createSalesOn(composed.database, composed.log, { store });
  return { selling, outcomes };
}

const shown = async (url: string) => (await call('seller', 'GET', url)).body;

async function patch(url: string, body: object): Promise<void> {
  const answer = await call('seller', 'PATCH', url, { body });
  assert.equal(answer.status, 200, answer.text);
}

const hold = (performanceId: string) =>
  composed.seatsChange({ performanceId, seatNos: [0], epoch: 1, type: 'reservation.created' });

/** A venue of one row of ten seats of grade R, its stage, and a concert. */
async function addVenue() {
  const body = { ...venueBody, stages: [{ name: 'Main', plan: oneRow('R', 10) }] };
  const venue = (await call('seller', 'POST', '/v1/venues', { body })).body;
  const concert = (await call('seller', 'POST', '/v1/concerts', { body: { title: 'T', artist: 'A' } })).body;
  return {
    venueId: venue.id as string,
    stageId: venue.stages[0].id as string,
    concertId: concert.id as string,
  };
}

const bodyOn = (stageId: string, more: object = {}) => ({
  ...performanceBody(stageId),
  opensAt: inHours(1),
  prices: { R: won(1_000) },
  ...more,
});

async function perform(concertId: string, stageId: string): Promise<string> {
  const url = `/v1/concerts/${concertId}/performances`;
  const answer = await call('seller', 'POST', url, { body: bodyOn(stageId) });
  assert.equal(answer.status, 201, answer.text);
  return answer.body.id;
}

describe('a change of a concert or a performance that another process comes before', () => {
  test('is decided again: both changes of a concert are kept', async () => {
    const { concertId } = await addSale(composed.server);
    const url = `/v1/concerts/${concertId}`;
    const { selling, outcomes } = slowProcess(() => patch(url, { artist: 'Faster' }));
    const changed = await selling.changeConcert(concertId, { title: 'Slower' }, by);
    assert.ok(changed.ok);
    const { artist, title, version } = changed.value.concert;
    assert.deepEqual([artist, title, version], ['Faster', 'Slower', 3]);
    assert.deepEqual(outcomes, ['conflict', 'written']);
  });

  test('saves the result under its key once, as it was decided last', async () => {
    const { concertId } = await addSale(composed.server);
    const { selling } = slowProcess(() => patch(`/v1/concerts/${concertId}`, { artist: 'Faster' }));
    const key = { scope: people.seller.id, key: ids.next(), fingerprint: Buffer.from('f') };
    assert.ok((await selling.changeConcert(concertId, { title: 'Slower' }, { ...by, key })).ok);
    const saved = await composed.database.query<{ result: string }>(
      'select result from idempotency_record where key = $1',
      [key.key],
    );
    assert.equal(saved.length, 1);
    const { concert } = (JSON.parse(saved[0]!.result) as { value: { concert: Record<string, unknown> } })
      .value;
    assert.deepEqual([concert['artist'], concert['title'], concert['version']], ['Faster', 'Slower', 3]);
  });

  test('with If-Match is refused', async () => {
    const { concertId } = await addSale(composed.server);
    const { selling, outcomes } = slowProcess(() => patch(`/v1/concerts/${concertId}`, { artist: 'Faster' }));
    const changed = await selling.changeConcert(concertId, { title: 'Slower' }, { ...by, seen: [1] });
    assert.deepEqual([changed.ok, !changed.ok && changed.code], [false, 'changed_meanwhile']);
    assert.deepEqual(outcomes, ['conflict']);
  });

  test('tells of a performance that was added meanwhile', async () => {
    const { concertId, stageId } = await addVenue();
    let added = '';
    const { selling, outcomes } = slowProcess(async () => {
      added = await perform(concertId, stageId);
    });
    assert.ok((await selling.changeConcert(concertId, { visibility: 'hidden' }, by)).ok);
    assert.deepEqual(outcomes, ['conflict', 'written']);
    const told = await composed.database.query<{ change: string }>(
      `select data->>'change' as change from event where key = $1 order by position`,
      [added],
    );
    assert.deepEqual(
      told.map(({ change }) => change),
      ['created', 'updated'],
    );
  });

  test('keeps what was changed of a performance meanwhile', async () => {
    const { performanceId } = await addSale(composed.server);
    const url = `/v1/performances/${performanceId}`;
    const { selling, outcomes } = slowProcess(() => patch(url, { limitPerPerson: 2 }));
    const changed = await selling.changePerformance(performanceId, { holdTtlMs: 90_000 }, by);
    assert.ok(changed.ok);
    assert.deepEqual(outcomes, ['conflict', 'written']);
    const { limitPerPerson, holdTtlMs } = changed.value.performance;
    assert.deepEqual([limitPerPerson, holdTtlMs], [2, 90_000]);
  });

  test('does not move the start of a performance once a seat is taken', async () => {
    const { performanceId } = await addSale(composed.server);
    const url = `/v1/performances/${performanceId}`;
    const { startsAt } = await shown(url);
    const { selling, outcomes } = slowProcess(() => hold(performanceId));
    const moved = await selling.changePerformance(performanceId, { startsAt: inHours(72) }, by);
    assert.deepEqual([moved.ok, !moved.ok && moved.code, outcomes], [false, 'already_sold', ['conflict']]);
    assert.equal((await shown(url)).startsAt, startsAt);
    const other = slowProcess(() => Promise.resolve());
    assert.ok((await other.selling.changePerformance(performanceId, { limitPerPerson: 1 }, by)).ok);
    assert.deepEqual(other.outcomes, ['written'], 'what is taken forbids nothing else');
  });

  test('is made to the seats that the stage has by then', async () => {
    const { venueId, stageId, concertId } = await addVenue();
    const performanceId = await perform(concertId, stageId);
    const { selling, outcomes } = slowProcess(() =>
      patch(`/v1/venues/${venueId}`, { stages: [{ id: stageId, name: 'Main', plan: oneRow('R', 12) }] }),
    );
    const changed = await selling.changePerformance(performanceId, { prices: { R: won(2_000) } }, by);
    assert.ok(changed.ok);
    assert.equal(changed.value.performance.stage.capacity, 12);
    assert.deepEqual(outcomes, ['conflict', 'written']);
  });

  test('takes no performance away of which a seat is held by then', async () => {
    const { performanceId } = await addSale(composed.server);
    const { selling, outcomes } = slowProcess(() => hold(performanceId));
    const removed = await selling.removePerformance(performanceId, by);
    assert.deepEqual(
      [removed.ok, !removed.ok && removed.code, outcomes],
      [false, 'already_sold', ['conflict']],
    );
    assert.equal((await call('seller', 'GET', `/v1/performances/${performanceId}`)).status, 200);
  });

  test('is given up with nothing done where others are always faster', async () => {
    const { concertId } = await addSale(composed.server);
    const url = `/v1/concerts/${concertId}`;
    const { selling, outcomes } = slowProcess(
      () => patch(url, { artist: 'Faster' }),
      Number.POSITIVE_INFINITY,
    );
    await assert.rejects(selling.changeConcert(concertId, { title: 'Slower' }, by), OverloadedFault);
    assert.equal(outcomes.length, 10);
    assert.notEqual((await shown(url)).title, 'Slower');
  });
});

describe('a change of a venue that another process comes before', () => {
  const otherGrade = (stageId: string) => ({
    stages: [{ id: stageId, name: 'Main', plan: oneRow('S', 10) }],
  });

  test('meets the prices of a performance that was added meanwhile', async () => {
    const { venueId, stageId, concertId } = await addVenue();
    const { selling, outcomes } = slowProcess(() => perform(concertId, stageId));
    const changed = await selling.changeVenue(venueId, otherGrade(stageId), by);
    assert.deepEqual([changed.ok, !changed.ok && changed.code], [false, 'prices_incomplete']);
    assert.deepEqual(outcomes, ['conflict']);
  });

  test('leaves the seats of a performance whose opening was moved close meanwhile', async () => {
    const { venueId, stageId, concertId } = await addVenue();
    const url = `/v1/performances/${await perform(concertId, stageId)}`;
    const { selling, outcomes } = slowProcess(() => patch(url, { opensAt: inHours(4 / 60) }));
    const more = { stages: [{ id: stageId, name: 'Main', plan: oneRow('R', 11) }] };
    const changed = await selling.changeVenue(venueId, more, by);
    assert.deepEqual([changed.ok, !changed.ok && changed.code], [false, 'seats_in_use']);
    assert.deepEqual(outcomes, ['conflict']);
    assert.equal((await shown(url)).capacity, 10);
  });

  test('does not move it once a seat is taken', async () => {
    const { venueId, stageId, concertId } = await addVenue();
    const performanceId = await perform(concertId, stageId);
    const { selling, outcomes } = slowProcess(() => hold(performanceId));
    const moved = await selling.changeVenue(venueId, { address: '2 Other Street' }, by);
    assert.deepEqual([moved.ok, !moved.ok && moved.code, outcomes], [false, 'already_sold', ['conflict']]);
    assert.equal((await shown(`/v1/venues/${venueId}`)).address, venueBody.address);
    const renamed = slowProcess(() => Promise.resolve());
    assert.ok((await renamed.selling.changeVenue(venueId, { name: 'Renamed' }, by)).ok);
  });

  test('takes no venue away on which a performance plays by then', async () => {
    const { venueId, stageId, concertId } = await addVenue();
    const { selling, outcomes } = slowProcess(() => perform(concertId, stageId));
    const removed = await selling.removeVenue(venueId, by);
    assert.deepEqual(
      [removed.ok, !removed.ok && removed.code, outcomes],
      [false, 'stage_in_use', ['conflict']],
    );
    assert.equal((await call('seller', 'GET', `/v1/venues/${venueId}`)).status, 200);
  });

  test('gives a performance that is being added the seats that there are by then', async () => {
    const { venueId, stageId, concertId } = await addVenue();
    const { selling, outcomes } = slowProcess(() => patch(`/v1/venues/${venueId}`, otherGrade(stageId)));
    const added = await selling.addPerformance(concertId, bodyOn(stageId), by);
    assert.deepEqual([added.ok, !added.ok && added.code], [false, 'prices_incomplete']);
    assert.deepEqual(outcomes, ['conflict']);
  });
});

test('of many changes at once, in two processes, none is lost', async () => {
  const { concertId, performanceId } = await addSale(composed.server);
  const venueId = (await call('seller', 'POST', '/v1/venues', { body: venueBody })).body.id as string;
  const processes = [composed.catalogue.selling, slowProcess(() => Promise.resolve()).selling];
  const EACH = 6;
  const changes = processes.flatMap((selling) =>
    Array.from({ length: EACH }, () => [
      selling.changeConcert(concertId, { title: ids.next() }, by),
      selling.changePerformance(performanceId, { limitPerPerson: 3 }, by),
      selling.changeVenue(venueId, { name: ids.next() }, by),
    ]).flat(),
  );
  assert.deepEqual([...new Set((await Promise.all(changes)).map(({ ok }) => ok))], [true]);
  for (const url of [
    `/v1/concerts/${concertId}`,
    `/v1/performances/${performanceId}`,
    `/v1/venues/${venueId}`,
  ]) {
    const [row] = await composed.database.query<{ version: number }>(
      `select version from ${url.split('/')[2]!.slice(0, -1)} where id = $1`,
      [url.split('/')[3]],
    );
    assert.equal(row?.version, 1 + EACH * processes.length, url);
  }
});
