import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addSale, createSalesOn, inHours, openCatalogue } from '../support/catalogue.ts';
import { type EventReader, readEvents } from '../support/event-source.ts';
import { Listener } from '../support/live.ts';
import { seatsAt } from '../support/seat-distances.ts';
import { createSeatsOfSale } from '../support/seats-of-sale.ts';

const { composed, call } = await openCatalogue();
const seats = createSeatsOfSale(composed);
const address = await composed.server.listen({ port: 0, host: '127.0.0.1' });

type SeatData = {
  readonly from: number;
  readonly version: number;
  readonly free: readonly number[];
  readonly held: readonly number[];
  readonly sold: readonly number[];
  readonly remaining: object;
  readonly reason?: string;
};

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
    assert.match(snapshot.id, /^[\w-]+\.\d+$/);
    assert.equal((await seats.of(performanceId)).version, snapshot.data.version);
    await Promise.all(
      Array.from({ length: 12 }, (_, seatNo) => seats.change(performanceId, 'reservation.created', [seatNo])),
    );
    const held = new Set<number>();
    let [frames, version] = [0, snapshot.data.version];
    while (held.size < 12) {
      const { event, data } = await reader.next();
      assert.equal(event, 'delta');
      assert.equal(data.from, version);
      version = data.version;
      for (const seatNo of seatsAt(data.held)) held.add(seatNo);
      frames++;
    }
    assert.ok(frames <= 4, `${frames} frames`);
    reader.close();
  });

  test('resumes behind the event that was seen last, and misses nothing', async () => {
    const { performanceId } = await addSale(composed.server);
    const first = await open(performanceId);
    await first.next();
    await seats.change(performanceId, 'reservation.created', [1]);
    const seen = await first.next();
    assert.deepEqual(seen.data.held, [1]);
    first.close();
    await seats.change(performanceId, 'reservation.created', [2]);
    await seats.until(performanceId, ({ state }) => state[2] === '1');
    await seats.change(performanceId, 'payment.succeeded', [1]);
    await seats.until(performanceId, ({ state }) => state[1] === '2');
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
    await seats.change(performanceId, 'reservation.expired', [2]);
    assert.deepEqual((await again.next()).data.free, [2]);
    again.close();
  });

  test('goes on from the version of a snapshot; from one that it cannot know it gives a new one', async () => {
    const { performanceId } = await addSale(composed.server);
    const { version } = await seats.of(performanceId);
    const reader = await open(performanceId, {}, `?since=${version}`);
    await seats.change(performanceId, 'reservation.created', [5]);
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
    const { version } = await seats.of(performanceId);
    await seats.change(performanceId, 'reservation.created', [5]);
    await seats.until(performanceId, ({ state }) => state[5] === '1');
    const restarted = createSalesOn(composed.database, composed.log);
    await restarted.lifecycle.start();
    const map = await restarted.seating.seatMaps.get(performanceId);
    const reader = new Listener();
    map?.topic.subscribe(reader, { version });
    assert.equal(reader.recovered, false);
    assert.equal(map?.statusOf(5), 'held');
    await restarted.lifecycle.stop();
  });

  test('all readers get the same frames', async () => {
    const { performanceId } = await addSale(composed.server);
    const readers = await Promise.all(Array.from({ length: 30 }, () => open(performanceId)));
    await Promise.all(readers.map((reader) => reader.next()));
    await seats.change(performanceId, 'reservation.created', [0, 19]);
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
