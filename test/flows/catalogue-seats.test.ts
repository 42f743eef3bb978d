import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';
import { arenaPlan } from '../../src/demo/plans/arena.ts';
import { createSeededRandom } from '../../src/kernel/random.ts';
import {
  addSale,
  type ComposedCatalogue,
  clientOf,
  composeCatalogue,
  createCatalogueOn,
  inHours,
  type SeatsChange,
  venueBody,
  won,
} from '../support/catalogue.ts';
import { type EventReader, readEvents } from '../support/event-source.ts';
import { until } from '../support/until.ts';

let composed: ComposedCatalogue;
let call: ReturnType<typeof clientOf>;
let address: string;
before(async () => {
  composed = await composeCatalogue();
  call = clientOf(composed.server);
  address = await composed.server.listen({ port: 0, host: '127.0.0.1' });
});
after(() => composed.stop());

const seatsOf = async (performanceId: string) =>
  (await call(undefined, 'GET', `/v1/performances/${performanceId}/seats`)).body;

/** Waits until the map says so: events reach it a moment after their commit. */
const untilMap = (performanceId: string, is: (map: { state: string; version: number }) => boolean) =>
  until(() => seatsOf(performanceId), is);

const change = (performanceId: string, type: SeatsChange['type'], seatNos: readonly number[], epoch = 1) =>
  composed.seatsChange({ performanceId, type, seatNos, epoch });

type SeatData = {
  readonly from: number;
  readonly version: number;
  readonly free: readonly number[];
  readonly held: readonly number[];
  readonly sold: readonly number[];
  readonly remaining: object;
  readonly reason?: string;
};

describe('the seat map', () => {
  test('names its plan, which is cached for good, and shows every seat', async () => {
    const { performanceId } = await addSale(composed.server);
    const map = await seatsOf(performanceId);
    assert.equal(map.state, '0'.repeat(20));
    assert.equal(map.capacity, 20);
    const plan = await call(undefined, 'GET', map.planUrl);
    assert.match(String(plan.headers['cache-control']), /immutable/);
    assert.equal(plan.body.planHash, map.planHash);
    const seats = await call(undefined, 'GET', plan.body.seatsUrl);
    assert.equal(seats.body.items.length, 20);
    assert.deepEqual(seats.body.items[12], {
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
    await seatsOf(performanceId);
    await change(performanceId, 'reservation.created', [0, 1]);
    await untilMap(performanceId, ({ state }) => state.startsWith('110'));
    await change(performanceId, 'payment.succeeded', [0, 1]);
    await untilMap(performanceId, ({ state }) => state.startsWith('220'));
    const sold = (await call(undefined, 'GET', `/v1/performances/${performanceId}`)).body;
    assert.deepEqual([sold.remaining, sold.remainingTotal, sold.status], [{ VIP: 6, R: 12 }, 18, 'on_sale']);
    await change(performanceId, 'reservation.cancelled', [0, 1]);
    await untilMap(performanceId, ({ state }) => state.startsWith('000'));
  });

  test('is sold out when every seat is sold, and on sale again when one comes back', async () => {
    const { performanceId } = await addSale(composed.server);
    const all = Array.from({ length: 20 }, (_, i) => i);
    const status = async () =>
      (await call(undefined, 'GET', `/v1/performances/${performanceId}`)).body.status;
    await change(performanceId, 'reservation.created', all);
    await untilMap(performanceId, ({ state }) => state === '1'.repeat(20));
    assert.equal(await status(), 'on_sale');
    await change(performanceId, 'payment.succeeded', all);
    await untilMap(performanceId, ({ state }) => state === '2'.repeat(20));
    assert.equal(await status(), 'sold_out');
    await change(performanceId, 'reservation.cancelled', [7]);
    await untilMap(performanceId, ({ state }) => state[7] === '0');
    assert.equal(await status(), 'on_sale');
  });

  test('read for the first time in the middle of a sale is complete', async () => {
    const { performanceId } = await addSale(composed.server);
    await change(performanceId, 'reservation.created', [3, 4]);
    await change(performanceId, 'reservation.expired', [4]);
    await change(performanceId, 'payment.succeeded', [3]);
    const other = createCatalogueOn(composed.database, composed.log);
    await other.lifecycle.start();
    assert.deepEqual(await other.availability(performanceId), { free: 19, held: 0, sold: 1 });
    await other.lifecycle.stop();
  });

  test('loaded while a crowd claims ends in the state of the database', async () => {
    const { performanceId } = await addSale(composed.server);
    const claims = Array.from({ length: 20 }, async (_, seatNo) => {
      await change(performanceId, 'reservation.created', [seatNo]);
      if (seatNo % 3 === 0) await change(performanceId, 'payment.succeeded', [seatNo]);
      if (seatNo % 3 === 1) await change(performanceId, 'reservation.expired', [seatNo]);
    });
    const reads = Array.from({ length: 20 }, () => seatsOf(performanceId));
    await Promise.all([...claims, ...reads]);
    const expected = Array.from({ length: 20 }, (_, seatNo) => '201'[seatNo % 3]).join('');
    await untilMap(performanceId, ({ state }) => state === expected);
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
    await change(performanceId, 'reservation.created', [...held!, ...sold!]);
    await change(performanceId, 'payment.succeeded', sold!);
    await untilMap(performanceId, ({ state }) => state.split('2').length > sold!.length);
    for (const coding of ['br', 'gzip']) {
      const headers = { 'accept-encoding': coding };
      const state = await call(undefined, 'GET', `/v1/performances/${performanceId}/seats`, { headers });
      const { planUrl } = await seatsOf(performanceId);
      const plan = await call(undefined, 'GET', planUrl, { headers });
      assert.equal(plan.headers['content-encoding'], coding);
      const bytes = state.bytes.length + plan.bytes.length;
      assert.ok(bytes < 60_000, `${bytes} bytes by ${coding}`);
    }
  });

  test('is listed seat by seat, filtered and page by page', async () => {
    const { performanceId } = await addSale(composed.server);
    await seatsOf(performanceId);
    await change(performanceId, 'reservation.created', [0, 9]);
    await untilMap(performanceId, ({ state }) => state[9] === '1');
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

describe('the stream of a seat map', () => {
  const open = (
    performanceId: string,
    headers?: Record<string, string>,
    query = '',
  ): Promise<EventReader<SeatData>> =>
    readEvents<SeatData>(`${address}/v1/performances/${performanceId}/seats/stream${query}`, headers);

  test('first says which version there is, then what changes, in few frames', async () => {
    const { performanceId } = await addSale(composed.server);
    const reader = await open(performanceId);
    const snapshot = await reader.next();
    assert.equal(snapshot.event, 'snapshot');
    assert.equal(String(snapshot.data.version), snapshot.id);
    assert.equal((await seatsOf(performanceId)).version, snapshot.data.version);
    await Promise.all(
      Array.from({ length: 12 }, (_, seatNo) => change(performanceId, 'reservation.created', [seatNo])),
    );
    const held = new Set<number>();
    let [frames, version] = [0, snapshot.data.version];
    while (held.size < 12) {
      const { event, data } = await reader.next();
      assert.equal(event, 'delta');
      assert.equal(data.from, version);
      version = data.version;
      let seatNo = 0;
      for (const distance of data.held) held.add((seatNo += distance));
      frames++;
    }
    assert.ok(frames <= 4, `${frames} frames`);
    reader.close();
  });

  test('resumes behind the event that was seen last, and misses nothing', async () => {
    const { performanceId } = await addSale(composed.server);
    const first = await open(performanceId);
    await first.next();
    await change(performanceId, 'reservation.created', [1]);
    const seen = await first.next();
    assert.deepEqual(seen.data.held, [1]);
    first.close();
    await change(performanceId, 'reservation.created', [2]);
    await untilMap(performanceId, ({ state }) => state[2] === '1');
    await change(performanceId, 'payment.succeeded', [1]);
    await untilMap(performanceId, ({ state }) => state[1] === '2');
    const again = await open(performanceId, { 'last-event-id': seen.id });
    const missed = [await again.next(), await again.next()];
    assert.deepEqual(
      missed.map(({ event, data }) => [event, data.held, data.sold]),
      [
        ['delta', [2], []],
        ['delta', [], [1]],
      ],
    );
    assert.deepEqual(missed[1]?.data.remaining, { VIP: 6, R: 12 });
    await change(performanceId, 'reservation.expired', [2]);
    assert.deepEqual((await again.next()).data.free, [2]);
    again.close();
  });

  test('goes on from the version of a snapshot; from one that it cannot know it gives a new one', async () => {
    const { performanceId } = await addSale(composed.server);
    const { version } = await seatsOf(performanceId);
    const reader = await open(performanceId, {}, `?since=${version}`);
    await change(performanceId, 'reservation.created', [5]);
    const delta = await reader.next();
    assert.deepEqual([delta.event, delta.data.from], ['delta', version]);
    reader.close();
    for (const id of ['0', '999999999', 'abc']) {
      const unknown = await open(performanceId, { 'last-event-id': id });
      assert.equal((await unknown.next()).event, 'snapshot', id);
      unknown.close();
    }
  });

  test('after a restart a reader is not told that it missed nothing', async () => {
    const { performanceId } = await addSale(composed.server);
    const { version } = await seatsOf(performanceId);
    await change(performanceId, 'reservation.created', [5]);
    await untilMap(performanceId, ({ state }) => state[5] === '1');
    const restarted = createCatalogueOn(composed.database, composed.log);
    await restarted.lifecycle.start();
    const map = await restarted.seatMaps.get(performanceId);
    assert.equal(map?.since(version), undefined);
    assert.equal(map?.statusOf(5), 'held');
    await restarted.lifecycle.stop();
  });

  test('all readers get the same frames', async () => {
    const { performanceId } = await addSale(composed.server);
    const readers = await Promise.all(Array.from({ length: 30 }, () => open(performanceId)));
    await Promise.all(readers.map((reader) => reader.next()));
    await change(performanceId, 'reservation.created', [0, 19]);
    const frames = await Promise.all(readers.map((reader) => reader.next()));
    assert.equal(new Set(frames.map((frame) => JSON.stringify(frame))).size, 1);
    for (const reader of readers) reader.close();
  });

  test('ends when the sale is over, and tells who comes back to stay away', async () => {
    const { performanceId } = await addSale(composed.server);
    const reader = await open(performanceId);
    const { id } = await reader.next();
    await call('seller', 'PATCH', `/v1/performances/${performanceId}`, { body: { closesAt: inHours(-0.5) } });
    assert.deepEqual(
      (await reader.rest()).map(({ event, data }) => [event, data.reason]),
      [['closed', 'sale-over']],
    );
    assert.equal((await open(performanceId, { 'last-event-id': id })).status, 204);
  });
});

describe('many seat maps', () => {
  test('are bounded: the one not asked for the longest makes room, but not while somebody looks on', async () => {
    const sales = await Promise.all(Array.from({ length: 4 }, () => addSale(composed.server)));
    const [a = '', b = '', c = '', d = ''] = sales.map(({ performanceId }) => performanceId);
    const few = createCatalogueOn(composed.database, composed.log, { maxSeatMaps: 2 });
    await few.lifecycle.start();
    const first = await few.seatMaps.get(a);
    const stop = first?.listen({
      frame: () => undefined,
      closed: () => undefined,
      replaced: () => undefined,
    });
    await few.seatMaps.get(b);
    await few.seatMaps.get(c);
    assert.equal(few.seatMaps.size, 2);
    assert.ok(!(few.seatMaps.get(a) instanceof Promise));
    assert.ok(few.seatMaps.get(b) instanceof Promise);
    await few.seatMaps.get(b);
    const second = await few.seatMaps.get(b);
    const stopSecond = second?.listen({
      frame: () => undefined,
      closed: () => undefined,
      replaced: () => undefined,
    });
    await assert.rejects(async () => few.seatMaps.get(d), /being watched/);
    stop?.();
    assert.ok(await few.seatMaps.get(d));
    stopSecond?.();
    await few.lifecycle.stop();
  });
});
