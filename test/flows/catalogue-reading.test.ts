import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import {
  addSale,
  hour,
  ids,
  inHours,
  openCatalogue,
  people,
  performanceBody,
  venueBody,
  won,
} from '../support/catalogue.ts';

const { composed, call } = await openCatalogue();
let stageId: string;
const titles = ['Aurora', 'Beat', 'Chorus', 'Chorus', 'Chorus', 'Dawn', 'Echo', '가을 노래', '100% Live_'];
const start = Date.UTC(2030, 0, 1);

before(async () => {
  const venue = await call('seller', 'POST', '/v1/venues', { body: venueBody });
  stageId = venue.body.stages[0].id;
  for (const [i, title] of titles.entries()) {
    const category = i % 2 === 0 ? 'concert' : 'musical';
    const { body } = await call(i < 5 ? 'seller' : 'manager', 'POST', '/v1/concerts', {
      body: { title, artist: i === 6 ? 'AURORA Trio' : 'Someone', category },
    });
    // Two concerts on each date; the last one has no performance.
    if (i < titles.length - 1) {
      for (const day of [Math.floor(i / 2), 20]) {
        const startsAt = new Date(start + day * 24 * hour).toISOString();
        const performance = { ...performanceBody(stageId), startsAt };
        await call('manager', 'POST', `/v1/concerts/${body.id}/performances`, { body: performance });
      }
    }
    await composed.database.query('update concert set popularity = $2 where id = $1', [body.id, i % 3]);
  }
});

async function listAll(query: string, limit = 100) {
  const items: { title: string; titleEn: string | null; id: string }[] = [];
  let cursor = '';
  do {
    const { status, body } = await call(undefined, 'GET', `/v1/concerts?limit=${limit}&${query}${cursor}`);
    assert.equal(status, 200);
    items.push(...body.items);
    cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`;
  } while (cursor);
  return items;
}
const titlesOf = async (query: string) => (await listAll(query)).map(({ title }) => title);

describe('the list of concerts', () => {
  test('is found by words of title and artist, whatever the case, and literally', async () => {
    assert.deepEqual(await titlesOf('q=aurora'), ['Aurora', 'Echo']);
    assert.deepEqual(await titlesOf(`q=${encodeURIComponent('노래')}`), ['가을 노래']);
    assert.deepEqual(await titlesOf(`q=${encodeURIComponent('0% L')}`), ['100% Live_']);
    assert.deepEqual(await titlesOf('q=e_'), ['100% Live_']);
    assert.deepEqual(await titlesOf('q=nothing'), []);
  });

  test('is filtered by date of any performance, category and seller', async () => {
    const on = (day: number) => encodeURIComponent(new Date(start + day * 24 * hour).toISOString());
    assert.deepEqual(await titlesOf(`from=${on(1)}&to=${on(2)}`), ['Chorus', 'Chorus']);
    assert.equal((await titlesOf(`from=${on(19)}&to=${on(21)}`)).length, 8);
    assert.equal((await titlesOf(`from=${on(20)}&to=${on(20)}`)).length, 0);
    assert.deepEqual(await titlesOf('category=musical'), ['Beat', 'Chorus', 'Dawn', '가을 노래']);
    assert.equal((await titlesOf(`sellerId=${people.seller.id}`)).length, 5);
  });

  test('comes by date with what has none last, by title, by popularity, and newest first', async () => {
    assert.equal((await titlesOf('sort=date')).at(-1), '100% Live_');
    const byTitle = await titlesOf('sort=title');
    assert.deepEqual(byTitle.slice(2, 7), ['Aurora', 'Beat', 'Chorus', 'Chorus', 'Chorus']);
    assert.deepEqual((await titlesOf('sort=popularity')).slice(0, 3), ['Chorus', 'Dawn', '100% Live_']);
    assert.deepEqual(await titlesOf('sort=newest'), titles.toReversed());
  });

  test('shows what is to come, what is over and what opens yet apart', async () => {
    const past = await addSale(composed.server);
    await composed.database.query(
      "update performance set opens_at = now() - interval '2 days', starts_at = now() - interval '1 day', closes_at = now() - interval '1 day' where id = $1",
      [past.performanceId],
    );
    const opening = await addSale(composed.server, { opensAt: inHours(3) });
    const idsOf = async (when: string) => (await listAll(`when=${when}`)).map(({ id }) => id);
    const found = await Promise.all(['upcoming', 'past', 'opening'].map(idsOf));
    assert.deepEqual(
      found.map((list) => [list.includes(past.concertId), list.includes(opening.concertId)]),
      [
        [false, true],
        [true, false],
        [false, true],
      ],
    );
    await composed.database.query('delete from concert where id = any ($1)', [
      [past.concertId, opening.concertId],
    ]);
  });

  test('finds Korean however it is composed, and sorts titles as readers of the language do', async () => {
    const stored = ['한강 zug'.normalize('NFD'), 'ärger zug', 'Zebra zug', 'apfel zug', '강 zug', '나무 zug'];
    const made: string[] = [];
    for (const title of stored)
      made.push((await call('seller', 'POST', '/v1/concerts', { body: { title, artist: 'A' } })).body.id);
    const found = async (q: string, more = '') =>
      (await listAll(`q=${encodeURIComponent(q)}${more}`)).map(({ title }) => title.normalize('NFC'));
    for (const q of ['한강', '한강'.normalize('NFD')]) assert.deepEqual(await found(q), ['한강 zug']);
    const [hangul, latin] = [
      ['강 zug', '나무 zug', '한강 zug'],
      ['apfel zug', 'ärger zug', 'Zebra zug'],
    ];
    assert.deepEqual(await found('zug', '&sort=title&language=en'), [...latin, ...hangul]);
    assert.deepEqual(await found('zug', '&sort=title&language=ko'), [...hangul, ...latin]);
    const byHeader = await call(undefined, 'GET', '/v1/concerts?q=zug&sort=title', {
      headers: { 'accept-language': 'en-GB,en;q=0.9,ko;q=0.8' },
    });
    assert.equal(byHeader.body.items[0].title, 'apfel zug');
    await composed.database.query('delete from concert where id = any ($1)', [made]);
  });

  test('names a concert in two languages, finds it by both, and sorts it by the reader’s', async () => {
    const names = { titleEn: 'Aardvark qux', artist: '밴드', artistEn: 'The Pipers' };
    const bodies = [
      { title: '하늘 qux', ...names },
      { title: '가을 qux', artist: '밴드' },
    ];
    const made: string[] = [];
    for (const body of bodies) made.push((await call('seller', 'POST', '/v1/concerts', { body })).body.id);
    const found = async (query: string) =>
      (await listAll(query)).map(({ title, titleEn }) => [title, titleEn]);
    const [both, plain] = [
      ['하늘 qux', 'Aardvark qux'],
      ['가을 qux', null],
    ];
    assert.deepEqual(await found('q=aardvark'), [both]);
    assert.deepEqual(await found('q=pipers'), [both]);
    assert.deepEqual(await found('q=qux&sort=title&language=en'), [both, plain]);
    assert.deepEqual(await found('q=qux&sort=title&language=ko'), [plain, both]);
    const firstPage = await call(undefined, 'GET', '/v1/concerts?q=qux&sort=title&language=en&limit=1');
    const cursor = encodeURIComponent(firstPage.body.nextCursor);
    const next = await call(undefined, 'GET', `/v1/concerts?q=qux&sort=title&language=en&cursor=${cursor}`);
    assert.deepEqual(
      next.body.items.map(({ title }: { title: string }) => title),
      ['가을 qux'],
    );
    await composed.database.query('delete from concert where id = any ($1)', [made]);
  });

  test('pages of every order hold each concert once, also where keys are equal', async () => {
    for (const sort of ['date', 'title', 'popularity', 'newest']) {
      const whole = (await listAll(`sort=${sort}`)).map(({ id }) => id);
      assert.equal(new Set(whole).size, titles.length);
      for (const limit of [1, 2, 4]) {
        assert.deepEqual(
          (await listAll(`sort=${sort}`, limit)).map(({ id }) => id),
          whole,
          `${sort} by ${limit}`,
        );
      }
    }
  });

  test('sums up the performances of each', async () => {
    const [first] = (await call(undefined, 'GET', '/v1/concerts?q=beat')).body.items;
    assert.equal(first.performanceCount, 2);
    assert.equal(first.firstStartsAt, new Date(start).toISOString());
    assert.equal(first.lastStartsAt, new Date(start + 20 * 24 * hour).toISOString());
    assert.equal(first.status, 'on_sale');
    assert.deepEqual(first.priceFrom, won(90_000));
    assert.deepEqual(first.venues, ['Test Hall']);
    const [empty] = (await call(undefined, 'GET', '/v1/concerts?q=live')).body.items;
    assert.deepEqual(
      [empty.performanceCount, empty.firstStartsAt, empty.status, empty.priceFrom, empty.venues],
      [0, null, null, null, []],
    );
  });

  test('refuses cursors of another order or none, and words that no database takes', async () => {
    const { body } = await call(undefined, 'GET', '/v1/concerts?limit=1&sort=title');
    for (const query of [
      `sort=date&cursor=${body.nextCursor}`,
      'cursor=x',
      `sort=date&cursor=${Buffer.from('[9007199254740991,"x"]').toString('base64url')}`,
      'q=%00',
      'q=',
      'from=yesterday',
      'from=2026-12-31T23:59:60Z',
      'sort=price',
      'limit=101',
      'limit=0',
      'other=1',
    ]) {
      const answer = await call(undefined, 'GET', `/v1/concerts?${query}`);
      assert.equal(answer.status, 400, query);
      assert.equal(answer.body.code, 'invalid_request');
    }
  });

  test('takes a cursor that nobody was given without harm', async () => {
    for (const key of [
      [9_007_199_254_740_991, ids.next()],
      [-5, ids.next()],
    ]) {
      const cursor = Buffer.from(JSON.stringify(key)).toString('base64url');
      for (const sort of ['date', 'popularity', 'newest']) {
        assert.equal(
          (await call(undefined, 'GET', `/v1/concerts?sort=${sort}&cursor=${cursor}`)).status,
          200,
        );
      }
    }
  });

  test('every order enters its index, so that a page costs the same at any depth', async () => {
    await composed.database.transaction(async (tx) => {
      await tx.query('set local enable_seqscan = off');
      await tx.query('set local enable_sort = off');
      const orders: [string, string][] = [
        [
          'concert_by_date',
          `where (first_starts_at, id) > (now(), '${ids.next()}') order by first_starts_at, id`,
        ],
        ...['ko', 'en'].map((language): [string, string] => {
          const name = language === 'en' ? 'coalesce(title_en, title)' : 'title';
          const title = `${name} collate "${language}-x-icu"`;
          return [
            `concert_by_title_${language}`,
            `where (${title}, id) > ('x', '${ids.next()}') order by ${title}, id`,
          ];
        }),
        ['concert_by_popularity', `where popularity <= 5 order by popularity desc, id`],
      ];
      for (const [index, sql] of orders) {
        const plan = JSON.stringify(await tx.query(`explain select * from concert ${sql} limit 20`));
        assert.ok(plan.includes(index), plan);
      }
    });
  });
});
