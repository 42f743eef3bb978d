import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readEvents } from '../support/event-source.ts';
import { until } from '../support/until.ts';
import { RoomTestApp } from '../support/waiting-room/test-app.ts';

type Stats = {
  readonly point: { readonly at: string; readonly waiting: number; readonly held: number };
  readonly holdOutcomes: Readonly<Record<string, number>>;
  readonly rooms: readonly {
    readonly performanceId: string;
    readonly held: number | null;
    readonly free: number | null;
    readonly admittedTotal: number;
  }[];
  readonly batches: readonly { readonly name: string }[];
  readonly consumers: readonly { readonly name: string; readonly lag: number }[];
};

type RoomView = {
  readonly performanceId: string;
  readonly ratePerSecond: number;
  readonly state: string;
};

let testApp: RoomTestApp;

before(async () => {
  testApp = await RoomTestApp.open({ PORT: '0' });
});

after(() => testApp.close());

const page = async () => (await testApp.call(testApp.manager, 'GET /v1/operations/figures')).body;

describe('the stats of the operators', () => {
  it('show rooms, holds, seats and consumers as they stand', async () => {
    const id = await testApp.performance();
    const person = await testApp.person();
    await testApp.join(person, id);
    const entry = await testApp.admitted(person, id);
    assert.equal((await testApp.reserve(person, id, 1, entry['pass'])).status, 201);
    const { latest } = await until(page, ({ latest: seen }) => (seen as Stats | null)?.rooms[0]?.held === 1);
    const stats = latest as Stats;
    assert.equal(stats.rooms[0]?.performanceId, id);
    assert.deepEqual([stats.rooms[0]?.admittedTotal, stats.rooms[0]?.free], [1, 199]);
    assert.equal(stats.holdOutcomes['held'], 1);
    assert.equal(stats.point.held, 1);
    const names = stats.batches.map(({ name }) => name);
    assert.ok(names.includes('holds') && names.includes('room'), names.join());
    assert.ok(stats.consumers.some(({ name }) => name === 'catalogue'));
  });

  it('come as a stream, which resumes after what was seen', async () => {
    const { history } = await until(page, ({ history: told }) => (told as object[]).length >= 2);
    const kept = history as Stats['point'][];
    const oldest = kept[0]!;
    const seen = kept.at(-1)!;
    const url = `${testApp.app.address()}/v1/operations/figures/stream`;
    const authorization = `Bearer ${testApp.manager.token}`;
    const open = (lastEventId: string) =>
      readEvents<unknown>(url, { authorization, 'last-event-id': lastEventId });
    const resumed = await open(`figures.${Date.parse(seen.at)}`);
    const live = await resumed.next();
    assert.equal(live.event, 'figures');
    assert.ok((live.data as Stats).point.at > seen.at);
    assert.equal(live.id, `figures.${Date.parse((live.data as Stats).point.at)}`);
    resumed.close();
    // What another process told, or one that is no longer kept.
    const stream = await open(`figures.${Date.parse(oldest.at) - 1}`);
    const missed = await stream.next();
    assert.equal(missed.event, 'history');
    const points = missed.data as Stats['point'][];
    assert.ok(points.length > 0 && points.every((point) => point.at >= oldest.at));
    assert.equal((await stream.next()).event, 'figures');
    stream.close();
  });
});

describe('the list of rooms', () => {
  it('shows the rooms at work to managers and to their seller', async () => {
    const id = await testApp.performance();
    await testApp.change(id, { ratePerSecond: 3 });
    for (const person of [testApp.manager, testApp.seller]) {
      const { body } = await testApp.call(person, 'GET /v1/rooms');
      const room = (body['items'] as { performanceId: string; ratePerSecond: number }[]).find(
        ({ performanceId }) => performanceId === id,
      );
      assert.equal(room?.ratePerSecond, 3);
    }
  });

  it('comes as a stream of what has changed, to its seller with the own rooms only', async () => {
    const id = await testApp.performance();
    const url = `${testApp.app.address()}/v1/rooms/stream`;
    const rival = await testApp.person();
    assert.equal((await readEvents(url, { authorization: `Bearer ${rival.token}` })).status, 403);
    const authorization = `Bearer ${testApp.seller.token}`;
    const stream = await readEvents<RoomView[]>(url, { authorization });
    await stream.next();
    await testApp.change(id, { ratePerSecond: 4, state: 'paused' });
    let last = await stream.next();
    const mine = () => last.data.find(({ performanceId }) => performanceId === id);
    while (!mine()) last = await stream.next();
    assert.deepEqual([mine()?.ratePerSecond, mine()?.state], [4, 'paused']);
    stream.close();
    // Who has this already hears of the next change alone.
    const resumed = await readEvents<RoomView[]>(url, { authorization, 'last-event-id': last.id });
    await testApp.change(id, { ratePerSecond: 5 });
    last = await resumed.next();
    assert.equal(mine()?.ratePerSecond, 5);
    resumed.close();
  });
});

describe('the seats in the stats', () => {
  it('are those of all performances, also of those that nobody looks at', async () => {
    const { latest: earlier } = await until(page, ({ latest }) => latest !== null);
    const { held } = (earlier as Stats).point;
    const id = await testApp.performance({ roomEnabled: false });
    const person = await testApp.person();
    assert.equal((await testApp.reserve(person, id, 3)).status, 201);
    await until(page, ({ latest }) => (latest as Stats).point.held === held + 1);
  });
});
