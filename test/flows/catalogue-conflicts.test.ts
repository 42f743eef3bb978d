import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addSale, openCatalogue, venueBody } from '../support/catalogue.ts';

const { composed, call } = await openCatalogue();

/** Everything of the catalogue that a PATCH changes: where it is, and two changes of it. */
async function changeable(): Promise<readonly [url: string, one: object, other: object][]> {
  const { concertId, performanceId } = await addSale(composed.server);
  const venue = await call('seller', 'POST', '/v1/venues', { body: venueBody });
  return [
    [`/v1/concerts/${concertId}`, { title: 'One' }, { artist: 'Another' }],
    [`/v1/performances/${performanceId}`, { limitPerPerson: 1 }, { holdTtlMs: 90_000 }],
    [`/v1/venues/${venue.body.id}`, { name: 'One Hall' }, { address: '2 Other Street' }],
  ];
}

describe('a change with If-Match', () => {
  test('is refused after somebody else’s, and made to what that left', async () => {
    for (const [url, one, other] of await changeable()) {
      const seen = String((await call('manager', 'GET', url)).headers['etag']);
      const patch = (body: object, tag: string) =>
        call('manager', 'PATCH', url, { body, headers: { 'if-match': tag } });
      const first = await patch(one, seen);
      assert.equal(first.status, 200, first.text);
      const late = await patch(other, seen);
      assert.deepEqual(
        [late.status, late.body.code, late.body.version],
        [412, 'changed_meanwhile', first.body.version],
        url,
      );
      const again = await patch(other, String(first.headers['etag']));
      assert.equal(again.status, 200, again.text);
      const [name, value] = Object.entries(one)[0] ?? [];
      assert.deepEqual(again.body[name ?? ''], value, 'what the other changed is still there');
    }
  });

  test('takes the version of a list, a weak or strong tag, several of them, and *', async () => {
    for (const [url, one] of await changeable()) {
      const patch = (tag: string) =>
        call('manager', 'PATCH', url, { body: one, headers: { 'if-match': tag } });
      const { version } = (await call('manager', 'GET', url)).body;
      const answers = [
        await patch(`"${version}"`),
        await patch(`W/"${version + 1}"`),
        await patch(`"0", "${version + 2}.abc"`),
        await patch('*'),
      ];
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200, 200, 200],
      );
      for (const tag of ['"0"', `${version + 4}`, '""', 'x'])
        assert.equal((await patch(tag)).status, 412, `${url} ${tag}`);
    }
  });

  test('is not refused because seats were sold', async () => {
    const { performanceId } = await addSale(composed.server);
    const url = `/v1/performances/${performanceId}`;
    const shown = await call(undefined, 'GET', url);
    await composed.seatsChange({ performanceId, seatNos: [0], epoch: 1, type: 'reservation.created' });
    const seen = String(shown.headers['etag']);
    const body = { limitPerPerson: 2 };
    const changed = await call('seller', 'PATCH', url, { body, headers: { 'if-match': seen } });
    assert.equal(changed.status, 200);
  });

  test('of two at once, one is made', async () => {
    for (const [url, one, other] of await changeable()) {
      const seen = String((await call('manager', 'GET', url)).headers['etag']);
      const answers = await Promise.all(
        [one, other].map((body) => call('manager', 'PATCH', url, { body, headers: { 'if-match': seen } })),
      );
      assert.deepEqual(
        answers.map(({ status }) => status).toSorted((a, b) => a - b),
        [200, 412],
        url,
      );
    }
  });

  test('of somebody else’s is no way to learn that it exists', async () => {
    for (const [url, one] of await changeable()) {
      const answer = await call('rival', 'PATCH', url, { body: one, headers: { 'if-match': '"0"' } });
      assert.equal(answer.status, 404, url);
    }
  });
});
