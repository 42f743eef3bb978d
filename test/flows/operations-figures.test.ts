import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readEvents } from '../support/event-source.ts';
import { until } from '../support/until.ts';
import { RoomStage } from '../support/waiting-room/stage.ts';

type Figures = {
  readonly point: { readonly at: string; readonly waiting: number; readonly held: number };
  readonly claimOutcomes: Readonly<Record<string, number>>;
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

let stage: RoomStage;

before(async () => {
  stage = await RoomStage.open({ PORT: '0' });
});

after(() => stage.close());

const page = async () => (await stage.call(stage.manager, 'GET /v1/operations/figures')).body;

describe('the figures of the operators', () => {
  it('show rooms, claims, seats and consumers as they stand', async () => {
    const id = await stage.performance();
    const person = await stage.person();
    await stage.join(person, id);
    const entry = await stage.admitted(person, id);
    assert.equal((await stage.reserve(person, id, 1, entry['pass'])).status, 201);
    const { latest } = await until(
      page,
      ({ latest: seen }) => (seen as Figures | null)?.rooms[0]?.held === 1,
    );
    const figures = latest as Figures;
    assert.equal(figures.rooms[0]?.performanceId, id);
    assert.deepEqual([figures.rooms[0]?.admittedTotal, figures.rooms[0]?.free], [1, 199]);
    assert.equal(figures.claimOutcomes['held'], 1);
    assert.equal(figures.point.held, 1);
    const names = figures.batches.map(({ name }) => name);
    assert.ok(names.includes('claims') && names.includes('room'), names.join());
    assert.ok(figures.consumers.some(({ name }) => name === 'catalogue'));
  });

  it('come as a stream, which resumes after what was seen', async () => {
    const { history } = await until(page, ({ history: seen }) => (seen as object[]).length >= 2);
    const first = (history as Figures['point'][])[0]!;
    const url = `${stage.app.address()}/v1/operations/figures/stream`;
    const authorization = `Bearer ${stage.manager.token}`;
    const stream = await readEvents<unknown>(url, {
      authorization,
      'last-event-id': `figures.${Date.parse(first.at)}`,
    });
    const missed = await stream.next();
    assert.equal(missed.event, 'history');
    const points = missed.data as Figures['point'][];
    assert.ok(points.length > 0 && points.every((point) => point.at > first.at));
    assert.equal((await stream.next()).event, 'figures');
    const live = await stream.next();
    assert.equal(live.event, 'figures');
    assert.equal(live.id, `figures.${Date.parse((live.data as Figures).point.at)}`);
    stream.close();
  });
});

describe('the list of rooms', () => {
  it('shows the rooms at work to managers and to their seller', async () => {
    const id = await stage.performance();
    await stage.change(id, { ratePerSecond: 3 });
    for (const person of [stage.manager, stage.seller]) {
      const { body } = await stage.call(person, 'GET /v1/rooms');
      const room = (body['items'] as { performanceId: string; ratePerSecond: number }[]).find(
        ({ performanceId }) => performanceId === id,
      );
      assert.equal(room?.ratePerSecond, 3);
    }
  });

  it('comes as a stream of what has changed, to its seller with the own rooms only', async () => {
    const id = await stage.performance();
    const url = `${stage.app.address()}/v1/rooms/stream`;
    const rival = await stage.person();
    assert.equal((await readEvents(url, { authorization: `Bearer ${rival.token}` })).status, 403);
    const authorization = `Bearer ${stage.seller.token}`;
    const stream = await readEvents<RoomView[]>(url, { authorization });
    await stream.next();
    await stage.change(id, { ratePerSecond: 4, state: 'paused' });
    let last = await stream.next();
    const mine = () => last.data.find(({ performanceId }) => performanceId === id);
    while (!mine()) last = await stream.next();
    assert.deepEqual([mine()?.ratePerSecond, mine()?.state], [4, 'paused']);
    stream.close();
    // Who has this already hears of the next change alone.
    const resumed = await readEvents<RoomView[]>(url, { authorization, 'last-event-id': last.id });
    await stage.change(id, { ratePerSecond: 5 });
    last = await resumed.next();
    assert.equal(mine()?.ratePerSecond, 5);
    resumed.close();
  });
});

describe('the seats in the figures', () => {
  it('are those of all performances, also of those that nobody looks at', async () => {
    const { latest: earlier } = await until(page, ({ latest }) => latest !== null);
    const { held } = (earlier as Figures).point;
    const id = await stage.performance({ roomEnabled: false });
    const person = await stage.person();
    assert.equal((await stage.reserve(person, id, 3)).status, 201);
    await until(page, ({ latest }) => (latest as Figures).point.held === held + 1);
  });
});
