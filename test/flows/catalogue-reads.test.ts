import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createCatalogueReader } from '../../src/adapters/postgres/catalogue/catalogue-reader.ts';
import { addSale, createSalesOn, openCatalogue } from '../support/catalogue.ts';

const { composed, call } = await openCatalogue();

describe('reads', () => {
  test('carry an ETag and answer 304 to who has the version', async () => {
    const { concertId, performanceId } = await addSale(composed.server);
    for (const url of [
      '/v1/concerts?sort=title',
      `/v1/concerts/${concertId}`,
      `/v1/performances/${performanceId}`,
      `/v1/performances/${performanceId}/seats`,
    ]) {
      const first = await call(undefined, 'GET', url);
      assert.equal(first.headers['cache-control'], 'no-cache');
      const again = await call(undefined, 'GET', url, {
        headers: { 'if-none-match': String(first.headers.etag) },
      });
      assert.equal(again.status, 304, url);
      assert.equal(again.text, '');
    }
  });

  test('answer with the new version after a change', async () => {
    const { concertId, performanceId } = await addSale(composed.server);
    for (const url of [`/v1/concerts/${concertId}`, `/v1/performances/${performanceId}`]) {
      const { headers } = await call(undefined, 'GET', url);
      const body = { limitPerPerson: url.includes('concerts') ? 8 : 9 };
      await call('seller', 'PATCH', `/v1/performances/${performanceId}`, { body });
      const changed = await call(undefined, 'GET', url, {
        headers: { 'if-none-match': String(headers.etag) },
      });
      assert.equal(changed.status, 200);
      assert.ok(changed.text.includes(`"limitPerPerson":${body.limitPerPerson}`));
    }
  });

  test('what does not exist is 404, also under an id of another kind', async () => {
    const { concertId, performanceId } = await addSale(composed.server);
    const unknown: [string, string][] = [
      [`/v1/concerts/${performanceId}`, 'concert_not_found'],
      [`/v1/performances/${concertId}`, 'performance_not_found'],
      [`/v1/performances/${concertId}/seats`, 'performance_not_found'],
      [`/v1/performances/${concertId}/seats/list`, 'performance_not_found'],
      [`/v1/performances/${concertId}/seats/stream`, 'performance_not_found'],
      [`/v1/seat-plans/${'a'.repeat(32)}`, 'seat_plan_not_found'],
    ];
    for (const [url, code] of unknown) {
      const answer = await call(undefined, 'GET', url);
      assert.deepEqual([answer.status, answer.body.code], [404, code], url);
    }
    assert.equal((await call(undefined, 'GET', '/v1/concerts/1')).status, 400);
    assert.equal((await call(undefined, 'GET', '/v1/seat-plans/x')).status, 400);
  });

  test('a crowd that asks for one performance costs one look at the database', async () => {
    const { performanceId } = await addSale(composed.server);
    const reader = createCatalogueReader(composed.database);
    let looks = 0;
    const performance = (id: string) => {
      looks++;
      return reader.performance(id);
    };
    const other = createSalesOn(composed.database, composed.log, { reader: { ...reader, performance } });
    const crowd = Array.from({ length: 300 }, async () => other.terms(performanceId));
    assert.equal(new Set(await Promise.all(crowd)).size, 1);
    assert.equal(looks, 1);
    assert.ok(!(other.terms(performanceId) instanceof Promise));
  });

  test('show names in two languages, of concerts and performances, until one is taken away', async () => {
    const { concertId, performanceId } = await addSale(composed.server);
    const read = async () => (await call(undefined, 'GET', `/v1/performances/${performanceId}`)).body;
    const { titleEn, venueEn, stageEn, stageId } = await read();
    assert.deepEqual([titleEn, venueEn, stageEn], [null, null, null]);
    const { body: venues } = await call('seller', 'GET', '/v1/venues?limit=1');
    const [venue] = venues.items;
    const stages = [{ id: stageId, name: venue.stages[0].name, nameEn: 'Hall One' }];
    const venueUrl = `/v1/venues/${venue.id}`;
    const named = await call('seller', 'PATCH', venueUrl, { body: { nameEn: 'The House', stages } });
    assert.deepEqual([named.body.nameEn, named.body.stages[0].nameEn], ['The House', 'Hall One']);
    const concertUrl = `/v1/concerts/${concertId}`;
    await call('seller', 'PATCH', concertUrl, { body: { titleEn: 'In English', descriptionEn: 'About' } });
    const told = await read();
    assert.deepEqual([told.titleEn, told.venueEn, told.stageEn], ['In English', 'The House', 'Hall One']);
    // What a PATCH does not name stays; an old client sends no English names.
    await call('seller', 'PATCH', venueUrl, { body: { stages: [{ id: stageId, name: 'Renamed' }] } });
    assert.equal((await read()).stageEn, 'Hall One');
    await call('seller', 'PATCH', concertUrl, { body: { titleEn: null } });
    const { body: concert } = await call(undefined, 'GET', concertUrl);
    assert.deepEqual([concert.titleEn, concert.descriptionEn], [null, 'About']);
    const refused = await call('seller', 'PATCH', concertUrl, { body: { titleEn: ' ' } });
    assert.equal(refused.body.code, 'invalid_request');
  });
});
