import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type EventReader, readEvents, type SentEvent } from '../support/event-source.ts';
import { until } from '../support/until.ts';
import { type Person, RoomTestApp } from '../support/waiting-room/test-app.ts';

let testApp: RoomTestApp;

before(async () => {
  testApp = await RoomTestApp.open({ PASS_TTL_MS: '3000', SILENT_AFTER_MS: '2000', GRACE_MS: '1000' });
});

after(() => testApp.close());

type Data = {
  number?: number;
  ahead?: number;
  status?: string;
  pass?: string;
  passExpiresAt?: string;
  reason?: string;
  reconnect?: boolean;
};

function listen(person: Person, performanceId: string, lastId?: string): Promise<EventReader<Data>> {
  return readEvents<Data>(
    `${testApp.app.address()}/v1/performances/${performanceId}/room/entries/me/stream`,
    {
      authorization: `Bearer ${person.token}`,
      ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
    },
  );
}

async function pausedRoom(): Promise<string> {
  const id = await testApp.performance();
  await testApp.change(id, { state: 'paused' });
  return id;
}

async function nextOf(events: EventReader<Data>, name: string): Promise<SentEvent<Data>> {
  for (;;) {
    const event = await events.next();
    if (event.event === name) return event;
  }
}

describe('the stream of a place in line', () => {
  it('tells the position at once and as it changes, and admission with the pass', async () => {
    const id = await pausedRoom();
    const [first, second] = await testApp.people(2);
    await testApp.join(first!, id);
    await testApp.join(second!, id);
    const events = await listen(second!, id);
    const begin = await events.next();
    assert.deepEqual([begin.event, begin.data.number, begin.data.ahead], ['position', 2, 1]);
    assert.notEqual(begin.id, '');
    await testApp.leave(first!, id);
    const moved = await events.next();
    assert.deepEqual([moved.event, moved.data.ahead], ['position', 0]);
    await testApp.change(id, { state: 'open' });
    const admitted = await events.next();
    assert.deepEqual([admitted.event, admitted.data.status], ['admitted', 'admitted']);
    assert.equal((await testApp.reserve(second!, id, 1, admitted.data.pass)).status, 201);
    events.close();
  });

  it('is presence, and renews the pass as long as it is open', async () => {
    const id = await pausedRoom();
    const [person] = await testApp.people(1);
    await testApp.join(person!, id);
    const events = await listen(person!, id);
    // Longer than the silence and the grace time together.
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    await testApp.change(id, { state: 'open' });
    const first = await nextOf(events, 'admitted');
    assert.equal(first.data.number, 1);
    const renewed = await nextOf(events, 'admitted');
    assert.ok(renewed.data.passExpiresAt! > first.data.passExpiresAt!);
    events.close();
  });

  it('ends with the place', async () => {
    const id = await pausedRoom();
    const [person] = await testApp.people(1);
    await testApp.join(person!, id);
    const events = await listen(person!, id);
    await events.next();
    await testApp.leave(person!, id);
    const rest = await events.rest();
    assert.deepEqual(
      rest.map(({ event, data }) => [event, data.reason]),
      [['closed', 'left']],
    );
    const again = await listen(person!, id, rest[0]!.id);
    assert.equal(again.status, 204, 'a reader that reconnects by itself is told to stop');
  });

  it('ends for those who wait when nobody is admitted any more, and says why', async () => {
    const changeSale = (change: object) => async (id: string) => {
      await testApp.made(testApp.seller, `PATCH /v1/performances/${id}`, change);
    };
    const ends: Readonly<Record<string, (id: string) => Promise<unknown>>> = {
      'room-closed': (id) => testApp.change(id, { state: 'closed' }),
      'sale-over': changeSale({ closesAt: new Date().toISOString() }),
      'room-off': changeSale({ roomEnabled: false }),
    };
    for (const [reason, bringAbout] of Object.entries(ends)) {
      const id = await pausedRoom();
      const [person] = await testApp.people(1);
      await testApp.join(person!, id);
      const events = await listen(person!, id);
      await events.next();
      await bringAbout(id);
      const rest = await events.rest();
      assert.deepEqual(
        rest.map(({ event, data }) => [event, data.reason]),
        [['closed', reason]],
      );
    }
  });

  it('goes on where it broke off: what was told is not told again, what was missed is', async () => {
    const id = await pausedRoom();
    const [first, second] = await testApp.people(2);
    await testApp.join(first!, id);
    await testApp.join(second!, id);
    const broken = await listen(second!, id);
    const told = await broken.next();
    broken.close();
    const resumed = await listen(second!, id, told.id);
    await testApp.leave(first!, id);
    const event = await resumed.next();
    assert.deepEqual([event.event, event.data.ahead], ['position', 0]);
    resumed.close();
    await testApp.change(id, { state: 'open' });
    await testApp.admitted(second!, id);
    const late = await listen(second!, id, event.id);
    assert.equal((await late.next()).event, 'admitted');
    late.close();
  });

  it('goes on after a restart', async () => {
    const id = await pausedRoom();
    const [first, second] = await testApp.people(2);
    await testApp.join(first!, id);
    await testApp.join(second!, id);
    const events = await listen(second!, id);
    const told = await events.next();
    await testApp.restart();
    const hint = (await events.rest()).at(-1);
    assert.equal(hint?.data.reconnect, true);
    const resumed = await listen(second!, id, told.id);
    await testApp.leave(first!, id);
    assert.equal((await resumed.next()).data.ahead, 0);
    resumed.close();
  });

  it('says that everything is sold', async () => {
    const id = await pausedRoom();
    const [person] = await testApp.people(1);
    await testApp.join(person!, id);
    const events = await listen(person!, id);
    await events.next();
    await testApp.sellEverything(id);
    await until(
      () => testApp.poll(person!, id),
      ({ body }) => body['soldOut'] === true,
    );
    const again = await listen(person!, id);
    assert.equal((await again.next()).event, 'sold-out');
    assert.equal((await again.next()).event, 'position');
    again.close();
  });

  it('gives way to the fifth of one person', async () => {
    const id = await pausedRoom();
    const [person] = await testApp.people(1);
    await testApp.join(person!, id);
    const first = await listen(person!, id);
    await first.next();
    const others = await Promise.all([1, 2, 3, 4].map(() => listen(person!, id)));
    const [end] = await first.rest();
    assert.deepEqual([end?.event, end?.data.reason], ['closed', 'too-many-streams']);
    for (const other of others) other.close();
  });

  it('is not there for who is not in line, nor for who has no token', async () => {
    const id = await pausedRoom();
    const [person] = await testApp.people(1);
    assert.equal((await listen(person!, id)).status, 404);
    assert.equal((await listen({ ...person!, token: 'x' }, id)).status, 401);
  });
});
