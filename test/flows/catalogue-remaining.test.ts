import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSeatHoldReader } from '../../src/adapters/postgres/seating/seat-hold-reader.ts';
import {
  addSale,
  createSalesOn,
  hour,
  ids,
  inHours,
  openCatalogue,
  performanceBody,
} from '../support/catalogue.ts';
import { until } from '../support/until.ts';

const { composed, call } = await openCatalogue();

const held = (performanceId: string, ...seatNos: readonly number[]) =>
  composed.seatsChange({ performanceId, seatNos, epoch: 1, type: 'reservation.created' });

async function summaryOf(concertId: string) {
  const { body } = await call(undefined, 'GET', '/v1/concerts?limit=100');
  return body.items.find(({ id }: { readonly id: string }) => id === concertId);
}

const performanceOf = async (id: string) => (await call(undefined, 'GET', `/v1/performances/${id}`)).body;

async function addPerformance(concertId: string, stageId: string, more: object = {}): Promise<string> {
  const body = { ...performanceBody(stageId), ...more };
  const answer = await call('seller', 'POST', `/v1/concerts/${concertId}/performances`, { body });
  assert.equal(answer.status, 201);
  return answer.body.id;
}

describe('what remains, in the list of concerts', () => {
  test('is what the performances themselves say, together, held seats left out', async () => {
    const { concertId, stageId, performanceId } = await addSale(composed.server);
    const other = await addPerformance(concertId, stageId);
    await held(performanceId, 0, 1, 2);
    await composed.seatsChange({ performanceId, seatNos: [0], epoch: 1, type: 'payment.succeeded' });
    await held(other, 7);
    const summary = await until(
      () => summaryOf(concertId),
      ({ remainingTotal }) => remainingTotal === 36,
    );
    assert.equal(summary.capacity, 40);
    const [one, two] = [await performanceOf(performanceId), await performanceOf(other)];
    assert.equal(one.remainingTotal + two.remainingTotal, 36);

    // From here on there are live maps of both, and the list follows them.
    await composed.seatsChange({ performanceId, seatNos: [1, 2], epoch: 1, type: 'reservation.cancelled' });
    await until(
      () => summaryOf(concertId),
      ({ remainingTotal }) => remainingTotal === 38,
    );
  });

  test('counts only what can still be bought', async () => {
    const { concertId, stageId } = await addSale(composed.server);
    await addPerformance(concertId, stageId, { opensAt: inHours(-2), closesAt: inHours(-1) });
    await addPerformance(concertId, stageId, { opensAt: inHours(1) });
    const summary = await until(
      () => summaryOf(concertId),
      ({ performanceCount }) => performanceCount === 3,
    );
    assert.deepEqual([summary.capacity, summary.remainingTotal], [40, 40]);
    const empty = await call('seller', 'POST', '/v1/concerts', { body: { title: 'None', artist: 'Yet' } });
    const found = await until(
      () => summaryOf(empty.body.id),
      (one) => one !== undefined,
    );
    assert.deepEqual([found.capacity, found.remainingTotal], [0, 0]);
  });

  test('makes a new version of the list, which who has the old one gets', async () => {
    const { concertId, performanceId } = await addSale(composed.server);
    const url = '/v1/concerts?limit=100&sort=newest';
    const { headers } = await call(undefined, 'GET', url);
    await held(performanceId, 4, 5);
    const changed = await until(
      () => call(undefined, 'GET', url, { headers: { 'if-none-match': String(headers.etag) } }),
      ({ status, text }) => status === 200 && text.includes('"remainingTotal":18'),
    );
    assert.notEqual(changed.headers.etag, headers.etag);
    assert.equal(
      changed.body.items.find(({ id }: { readonly id: string }) => id === concertId).remainingTotal,
      18,
    );
  });

  test('costs one statement for a whole page', async () => {
    const { concertId, stageId } = await addSale(composed.server);
    for (let i = 0; i < 3; i++) await addPerformance(concertId, stageId);
    const holds = createSeatHoldReader(composed.database);
    const asked: number[] = [];
    const catalogue = createSalesOn(composed.database, composed.log, {
      holds: {
        holds: () => assert.fail('a list needs no seat map'),
        counts(performanceIds = assert.fail('a list needs no totals')) {
          asked.push(performanceIds.length);
          return holds.counts(performanceIds);
        },
      },
    });
    await catalogue.reading.concerts({ limit: 100, q: ids.next() });
    assert.deepEqual(asked, [], 'a page with nothing on it asks nothing');
    await catalogue.reading.concerts({ limit: 100 });
    await catalogue.reading.concerts({ limit: 100, from: new Date(Date.now() - hour).toISOString() });
    assert.equal(asked.length, 1);
    assert.ok(asked[0]! >= 4);
  });
});

describe('the list of concerts of a status', () => {
  test('has those whose best performance has it', async () => {
    const sales = [await addSale(composed.server), await addSale(composed.server)];
    sales.push(await addSale(composed.server, { opensAt: inHours(3) }), await addSale(composed.server));
    const [closed, soldOut] = sales.map(({ performanceId }) => performanceId);
    await composed.database.query(
      "update performance set closes_at = now() - interval '1 hour' where id = $1",
      [closed],
    );
    await composed.database.query(
      `insert into sales_progress (performance_id, capacity, sold)
        select p.id, s.capacity, s.capacity from performance p join stage s on s.id = p.stage_id where p.id = $1`,
      [soldOut],
    );
    const list = async (filter: string): Promise<{ readonly id: string; readonly status: string }[]> =>
      (await call(undefined, 'GET', `/v1/concerts?limit=100&sort=newest${filter}`)).body.items;
    const all = await list('');
    for (const status of ['on_sale', 'scheduled', 'sold_out', 'closed']) {
      const found = await list(`&status=${status}`);
      assert.deepEqual(
        found,
        all.filter((concert) => concert.status === status),
      );
      assert.ok(found.length > 0, status);
    }
    assert.equal((await call(undefined, 'GET', '/v1/concerts?status=open')).status, 400);
  });
});
