import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  addSale,
  ids,
  inHours,
  openCatalogue,
  people,
  performanceBody,
  venueBody,
  won,
} from '../support/catalogue.ts';
import { until } from '../support/until.ts';

const { composed, call } = await openCatalogue();

const set = (concertId: string, body: object) =>
  call('seller', 'PATCH', `/v1/concerts/${concertId}`, { body });

const isListed = async (concertId: string) => {
  const { body } = await call(undefined, 'GET', '/v1/concerts?limit=100');
  return body.items.some(({ id }: { id: string }) => id === concertId);
};

/** Everything that shows a performance or its concert. */
const addresses = ({ concertId, performanceId }: { concertId: string; performanceId: string }) => [
  `/v1/concerts/${concertId}`,
  `/v1/performances/${performanceId}`,
  `/v1/performances/${performanceId}/seats`,
  `/v1/performances/${performanceId}/seats/list`,
];

async function statuses(sale: Parameters<typeof addresses>[0], as?: Parameters<typeof call>[0]) {
  return Promise.all(addresses(sale).map(async (url) => (await call(as, 'GET', url)).status));
}

const hold = (performanceId: string, type: 'reservation.created' | 'reservation.cancelled') =>
  composed.seatsChange({ performanceId, seatNos: [0], epoch: 1, type });

describe('a concert that is not published', () => {
  test('exists for its seller and for managers only', async () => {
    const sale = await addSale(composed.server);
    assert.deepEqual(await statuses(sale), [200, 200, 200, 200]);
    const drafted = await set(sale.concertId, { visibility: 'draft' });
    assert.deepEqual([drafted.status, drafted.body.visibility], [200, 'draft']);
    assert.equal(await isListed(sale.concertId), false);
    for (const as of [undefined, 'member', 'rival'] as const)
      assert.deepEqual(await statuses(sale, as), [404, 404, 404, 404], String(as));
    for (const as of ['seller', 'manager'] as const)
      assert.deepEqual(await statuses(sale, as), [200, 200, 200, 200], as);
    const stream = await call(undefined, 'GET', `/v1/performances/${sale.performanceId}/seats/stream`);
    assert.equal(stream.status, 404);
    const terms = await composed.catalogue.terms(sale.performanceId);
    assert.equal(terms?.publicFrom, Infinity, 'nobody may hold or join');
  });

  test('is made as a draft, and listed to its seller with what it is', async () => {
    const body = { title: 'Secret', artist: 'Nobody Yet', visibility: 'draft' };
    const { body: made } = await call('seller', 'POST', '/v1/concerts', { body });
    assert.deepEqual([made.visibility, made.publishAt], ['draft', null]);
    const own = async (as: 'seller' | 'rival' | 'manager') =>
      (await call(as, 'GET', '/v1/selling/concerts?limit=100')).body.items.find(
        ({ id }: { id: string }) => id === made.id,
      )?.visibility;
    assert.deepEqual(
      [await own('seller'), await own('rival'), await own('manager')],
      ['draft', undefined, 'draft'],
    );
    assert.equal((await call('member', 'GET', '/v1/selling/concerts')).status, 403);
    await set(made.id, { visibility: 'published' });
    assert.equal(await isListed(made.id), true);
  });

  test('is published when its time has come, without anybody doing anything', async () => {
    const sale = await addSale(composed.server);
    const publishAt = new Date(Date.now() + 700).toISOString();
    const { body } = await set(sale.concertId, { visibility: 'draft', publishAt });
    assert.deepEqual([body.visibility, body.publishAt], ['draft', publishAt]);
    assert.deepEqual(await statuses(sale), [404, 404, 404, 404]);
    await until(
      () => statuses(sale),
      (answers) => answers.every((status) => status === 200),
    );
    await until(() => isListed(sale.concertId));
    assert.equal(
      (await call(undefined, 'GET', `/v1/concerts/${sale.concertId}`)).body.visibility,
      'published',
    );
    const later = await set(sale.concertId, { publishAt: inHours(2) });
    assert.equal(later.body.visibility, 'draft');
    assert.equal((await set(sale.concertId, { visibility: 'published' })).body.publishAt, null);
  });

  test('is still seen by those who have booked it, once it is hidden', async () => {
    const sale = await addSale(composed.server);
    await composed.database.query(
      `insert into reservation (id, performance_id, account_id, seat_nos, epoch, amount, status, created_at,
         expires_at, updated_at) values ($1, $2, $3, '{0}', 1, 0, 1, now(), now(), now())`,
      [ids.next(), sale.performanceId, people.member.id],
    );
    assert.equal((await set(sale.concertId, { visibility: 'hidden' })).body.visibility, 'hidden');
    assert.deepEqual(await statuses(sale, 'member'), [200, 200, 200, 200]);
    assert.deepEqual(await statuses(sale, 'rival'), [404, 404, 404, 404]);
    assert.deepEqual(await statuses(sale), [404, 404, 404, 404]);
  });
});

describe('a performance without sales', () => {
  test('is removed, and with it the last thing that keeps its venue', async () => {
    const venue = (await call('seller', 'POST', '/v1/venues', { body: venueBody })).body;
    const concert = (await call('seller', 'POST', '/v1/concerts', { body: { title: 'T', artist: 'A' } }))
      .body;
    const body = { ...performanceBody(venue.stages[0].id), opensAt: inHours(1) };
    const made = await call('seller', 'POST', `/v1/concerts/${concert.id}/performances`, { body });
    const url = `/v1/performances/${made.body.id}`;
    assert.equal((await call('rival', 'DELETE', url)).status, 404);
    assert.equal((await call('seller', 'DELETE', url)).status, 204);
    assert.equal((await call('seller', 'GET', url)).status, 404);
    assert.equal((await call('seller', 'DELETE', url)).status, 404);
    const left = await call(undefined, 'GET', `/v1/concerts/${concert.id}`);
    assert.deepEqual(left.body.performances, []);
    assert.equal((await call('seller', 'DELETE', `/v1/venues/${venue.id}`)).status, 204);
  });

  test('of which a seat is held or sold stays', async () => {
    const { performanceId } = await addSale(composed.server);
    await hold(performanceId, 'reservation.created');
    const refused = await call('seller', 'DELETE', `/v1/performances/${performanceId}`);
    assert.deepEqual([refused.status, refused.body.code], [409, 'already_sold']);
    await hold(performanceId, 'reservation.cancelled');
    assert.equal((await call('seller', 'DELETE', `/v1/performances/${performanceId}`)).status, 204);
  });

  test('comes back where a hold that was under way was faster', async () => {
    const { performanceId } = await addSale(composed.server);
    const url = `/v1/performances/${performanceId}`;
    const removal = call('seller', 'DELETE', url);
    await until(
      () => call(undefined, 'GET', url),
      ({ status }) => status === 404,
    );
    await hold(performanceId, 'reservation.created');
    assert.equal((await removal).body.code, 'already_sold');
    assert.equal((await call(undefined, 'GET', url)).status, 200);
  });
});

describe('after the first sale', () => {
  test('a performance keeps its start, and takes other changes', async () => {
    const { performanceId } = await addSale(composed.server);
    const patch = (body: object) => call('seller', 'PATCH', `/v1/performances/${performanceId}`, { body });
    assert.equal((await patch({ startsAt: inHours(50) })).status, 200);
    await hold(performanceId, 'reservation.created');
    const refused = await patch({ startsAt: inHours(-2), opensAt: inHours(-3), closesAt: inHours(-2) });
    assert.deepEqual([refused.status, refused.body.code], [409, 'sale_already_open']);
    assert.equal((await patch({ startsAt: inHours(-0.5) })).body.code, 'already_sold');
    assert.equal((await patch({ startsAt: inHours(60) })).body.code, 'already_sold');
    assert.equal((await patch({ limitPerPerson: 2, closesAt: inHours(1) })).status, 200);
    assert.equal((await patch({ prices: { VIP: won(1), R: won(2) } })).status, 200);
  });

  test('its venue keeps its address and time zone', async () => {
    const venue = (await call('seller', 'POST', '/v1/venues', { body: venueBody })).body;
    const concert = (await call('seller', 'POST', '/v1/concerts', { body: { title: 'T', artist: 'A' } }))
      .body;
    const { body: performance } = await call('seller', 'POST', `/v1/concerts/${concert.id}/performances`, {
      body: performanceBody(venue.stages[0].id),
    });
    const patch = (body: object) => call('seller', 'PATCH', `/v1/venues/${venue.id}`, { body });
    assert.equal((await patch({ address: '2 Other Street' })).status, 200);
    await hold(performance.id, 'reservation.created');
    assert.equal((await patch({ address: '3 Third Street' })).body.code, 'already_sold');
    assert.equal((await patch({ timeZone: 'America/New_York' })).body.code, 'already_sold');
    assert.equal((await patch({ name: 'Renamed', address: '2 Other Street' })).status, 200);
  });
});

describe('names and titles', () => {
  const unseen = ['\u200b', '\u3164', ' \u2060\ufeff ', '\u0301', '\u2800', '\u115f\u1160', '\u00ad\u202e'];

  test('of characters that nobody sees are refused', async () => {
    const { concertId } = await addSale(composed.server);
    const [stage] = venueBody.stages;
    for (const name of unseen) {
      const requests = [
        call('seller', 'POST', '/v1/concerts', { body: { title: name, artist: 'A' } }),
        call('seller', 'POST', '/v1/concerts', { body: { title: 'T', artist: name } }),
        set(concertId, { title: name }),
        call('seller', 'POST', '/v1/venues', { body: { ...venueBody, name } }),
        call('seller', 'POST', '/v1/venues', { body: { ...venueBody, stages: [{ ...stage, name }] } }),
      ];
      for (const { status } of await Promise.all(requests)) assert.equal(status, 400, JSON.stringify(name));
    }
  });

  test('may be short, of symbols, or of marks that stand on something', async () => {
    for (const title of ['가', '!', '★', '\u1112\u1161\u11ab', 'e\u0301', '👩‍🎤'])
      assert.equal(
        (await call('seller', 'POST', '/v1/concerts', { body: { title, artist: 'A' } })).status,
        201,
      );
  });
});
