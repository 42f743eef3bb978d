import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';
import { arenaPlan } from '../../src/demo/plans/arena.ts';
import { createSeededRandom } from '../../src/kernel/random.ts';
import { addSale, createSalesOn, openCatalogue, venueBody, won } from '../support/catalogue.ts';
import { Listener } from '../support/live.ts';
import { createSeatsOfSale } from '../support/seats-of-sale.ts';

const { composed, call } = await openCatalogue();
const seats = createSeatsOfSale(composed);

describe('the seat map', () => {
  test('names its plan, which is cached for good, and shows every seat', async () => {
    const { performanceId } = await addSale(composed.server);
    const map = await seats.of(performanceId);
    assert.equal(map.state, '0'.repeat(20));
    assert.equal(map.capacity, 20);
    const plan = await call(undefined, 'GET', map.planUrl);
    assert.match(String(plan.headers['cache-control']), /immutable/);
    assert.equal(plan.body.planHash, map.planHash);
    const planned = await call(undefined, 'GET', plan.body.seatsUrl);
    assert.equal(planned.body.items.length, 20);
    assert.deepEqual(planned.body.items[12], {
      id: 'A-2-5',
      section: 'A',
      row: '2',
      number: 5,
      grade: 'R',
      seatNo: 12,
      x: 40,
      y: 40,
    });
  });

  test('follows holds, sales and ends, and so does what remains of the performance', async () => {
    const { performanceId } = await addSale(composed.server);
    await seats.of(performanceId);
    await seats.change(performanceId, 'reservation.created', [0, 1]);
    await seats.until(performanceId, ({ state }) => state.startsWith('110'));
    await seats.change(performanceId, 'payment.succeeded', [0, 1]);
    await seats.until(performanceId, ({ state }) => state.startsWith('220'));
    const sold = (await call(undefined, 'GET', `/v1/performances/${performanceId}`)).body;
    assert.deepEqual([sold.remaining, sold.remainingTotal, sold.status], [{ VIP: 6, R: 12 }, 18, 'on_sale']);
    await seats.change(performanceId, 'reservation.cancelled', [0, 1]);
    await seats.until(performanceId, ({ state }) => state.startsWith('000'));
  });

  test('is sold out when every seat is sold, and on sale again when one comes back', async () => {
    const { performanceId } = await addSale(composed.server);
    const all = Array.from({ length: 20 }, (_, i) => i);
    const status = async () =>
      (await call(undefined, 'GET', `/v1/performances/${performanceId}`)).body.status;
    await seats.change(performanceId, 'reservation.created', all);
    await seats.until(performanceId, ({ state }) => state === '1'.repeat(20));
    assert.equal(await status(), 'on_sale');
    await seats.change(performanceId, 'payment.succeeded', all);
    await seats.until(performanceId, ({ state }) => state === '2'.repeat(20));
    assert.equal(await status(), 'sold_out');
    await seats.change(performanceId, 'reservation.cancelled', [7]);
    await seats.until(performanceId, ({ state }) => state[7] === '0');
    assert.equal(await status(), 'on_sale');
  });

  test('read for the first time in the middle of a sale is complete', async () => {
    const { performanceId } = await addSale(composed.server);
    await seats.change(performanceId, 'reservation.created', [3, 4]);
    await seats.change(performanceId, 'reservation.expired', [4]);
    await seats.change(performanceId, 'payment.succeeded', [3]);
    const other = createSalesOn(composed.database, composed.log);
    await other.lifecycle.start();
    assert.deepEqual(await other.seating.availability(performanceId), { free: 19, held: 0, sold: 1 });
    await other.lifecycle.stop();
  });

  test('loaded while a crowd holds ends in the state of the database', async () => {
    const { performanceId } = await addSale(composed.server);
    const holds = Array.from({ length: 20 }, async (_, seatNo) => {
      await seats.change(performanceId, 'reservation.created', [seatNo]);
      if (seatNo % 3 === 0) await seats.change(performanceId, 'payment.succeeded', [seatNo]);
      if (seatNo % 3 === 1) await seats.change(performanceId, 'reservation.expired', [seatNo]);
    });
    const reads = Array.from({ length: 20 }, () => seats.of(performanceId));
    await Promise.all([...holds, ...reads]);
    const expected = Array.from({ length: 20 }, (_, seatNo) => '201'[seatNo % 3]).join('');
    await seats.until(performanceId, ({ state }) => state === expected);
  });

  test('goes over the wire compressed', async () => {
    const { performanceId } = await addSale(composed.server);
    const answer = await call(undefined, 'GET', `/v1/performances/${performanceId}/seats`, {
      headers: { 'accept-encoding': 'br' },
    });
    assert.equal(answer.headers['content-encoding'], 'br');
    assert.equal(JSON.parse(brotliDecompressSync(answer.bytes).toString()).state, '0'.repeat(20));
  });

  test('is under 60 KB with its plan, for 20,000 seats in disorder', async () => {
    const stages = [{ name: 'Arena', plan: arenaPlan() }];
    const venue = (await call('seller', 'POST', '/v1/venues', { body: { ...venueBody, stages } })).body;
    const [stage] = venue.stages;
    const prices = Object.fromEntries(Object.keys(stage.grades).map((grade) => [grade, won(10_000)]));
    const { performanceId } = await addSale(composed.server, { stageId: stage.id, prices });
    const byFate: number[][] = [[], [], []];
    const draws = createSeededRandom(7);
    for (let seatNo = 0; seatNo < 20_000; seatNo++) byFate[draws.below(3)]!.push(seatNo);
    const [, held, sold] = byFate;
    await seats.change(performanceId, 'reservation.created', [...held!, ...sold!]);
    await seats.change(performanceId, 'payment.succeeded', sold!);
    await seats.until(performanceId, ({ state }) => state.split('2').length > sold!.length);
    for (const coding of ['br', 'gzip']) {
      const headers = { 'accept-encoding': coding };
      const state = await call(undefined, 'GET', `/v1/performances/${performanceId}/seats`, { headers });
      const { planUrl } = await seats.of(performanceId);
      const plan = await call(undefined, 'GET', planUrl, { headers });
      assert.equal(plan.headers['content-encoding'], coding);
      const bytes = state.bytes.length + plan.bytes.length;
      assert.ok(bytes < 60_000, `${bytes} bytes by ${coding}`);
    }
  });

  test('is listed seat by seat, filtered and page by page', async () => {
    const { performanceId } = await addSale(composed.server);
    await seats.of(performanceId);
    await seats.change(performanceId, 'reservation.created', [0, 9]);
    await seats.until(performanceId, ({ state }) => state[9] === '1');
    const list = async (query: string) =>
      (await call(undefined, 'GET', `/v1/performances/${performanceId}/seats/list?${query}`)).body;
    const held = await list('status=held');
    assert.deepEqual(
      held.items.map(({ id, status }: { id: string; status: string }) => [id, status]),
      [
        ['A-1-1', 'held'],
        ['A-2-2', 'held'],
      ],
    );
    assert.equal(held.nextCursor, null);
    const first = await list('status=free&grade=R&section=A&limit=3');
    const second = await list(`status=free&grade=R&section=A&limit=3&cursor=${first.nextCursor}`);
    assert.deepEqual(
      [...first.items, ...second.items].map(({ id }: { id: string }) => id),
      ['A-2-1', 'A-2-3', 'A-2-4', 'A-2-5', 'A-2-6', 'A-2-7'],
    );
    assert.equal((await list('cursor=x')).code, 'invalid_request');
    const farBelow = Buffer.from('[-9007199254740991]').toString('base64url');
    assert.equal((await list(`cursor=${farBelow}`)).code, 'invalid_request');
    assert.deepEqual((await list('grade=None')).items, []);
  });
});

describe('many seat maps', () => {
  test('are bounded: the one not asked for the longest makes room, but not while somebody looks on', async () => {
    const sales = await Promise.all(Array.from({ length: 4 }, () => addSale(composed.server)));
    const [a = '', b = '', c = '', d = ''] = sales.map(({ performanceId }) => performanceId);
    const few = createSalesOn(composed.database, composed.log, { maxSeatMaps: 2 });
    await few.lifecycle.start();
    const first = await few.seating.seatMaps.get(a);
    const looksOn = new Listener();
    first?.topic.subscribe(looksOn);
    await few.seating.seatMaps.get(b);
    await few.seating.seatMaps.get(c);
    assert.equal(few.seating.seatMaps.size, 2);
    assert.ok(!(few.seating.seatMaps.get(a) instanceof Promise));
    assert.ok(few.seating.seatMaps.get(b) instanceof Promise);
    await few.seating.seatMaps.get(b);
    const second = await few.seating.seatMaps.get(b);
    const looksOnToo = new Listener();
    second?.topic.subscribe(looksOnToo);
    await assert.rejects(async () => few.seating.seatMaps.get(d), /being watched/);
    first?.topic.remove(looksOn);
    assert.ok(await few.seating.seatMaps.get(d));
    second?.topic.remove(looksOnToo);
    await few.lifecycle.stop();
  });
});
