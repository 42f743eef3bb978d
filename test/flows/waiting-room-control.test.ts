import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/until.ts';
import { RoomTestApp } from '../support/waiting-room/test-app.ts';

let testApp: RoomTestApp;

before(async () => {
  testApp = await RoomTestApp.open();
});

after(() => testApp.close());

async function stats(performanceId: string): Promise<Record<string, unknown>> {
  const { body } = await testApp.call(testApp.seller, `GET /v1/performances/${performanceId}/room`);
  return body;
}

/** Several steps of admission. */
const aWhile = () => sleep(300);

describe('a room', () => {
  it('shows its settings and stats to its seller and to managers, also before anybody came', async () => {
    const id = await testApp.performance();
    const { status, body } = await testApp.call(testApp.manager, `GET /v1/performances/${id}/room`);
    assert.equal(status, 200);
    assert.deepEqual(
      [body['state'], body['ratePerSecond'], body['concurrency'], body['waiting'], body['active']],
      ['open', 1000, 1000, 0, 0],
    );
    assert.equal(body['performanceId'], id);
  });

  it('counts who waits and who is inside', async () => {
    const id = await testApp.performance();
    await testApp.change(id, { concurrency: 2 });
    const people = await testApp.people(5);
    await Promise.all(people.map((person) => testApp.join(person, id)));
    const room = await until(
      () => stats(id),
      ({ active }) => active === 2,
    );
    assert.deepEqual([room['waiting'], room['admittedTotal']], [3, 2]);
    assert.ok((room['currentRate'] as number) > 0);
  });

  it('does not exist where the performance has none', async () => {
    const id = await testApp.performance({ roomEnabled: false });
    const read = await testApp.call(testApp.manager, `GET /v1/performances/${id}/room`);
    assert.deepEqual([read.status, read.body['code']], [404, 'room_not_found']);
    assert.equal((await testApp.change(id, { state: 'paused' })).status, 404);
  });

  it('refuses settings out of range, unknown ones, and none', async () => {
    const id = await testApp.performance();
    const bodies = [
      {},
      { ratePerSecond: -1 },
      { ratePerSecond: 1.5 },
      { concurrency: 1e9 },
      { state: 'odd' },
      { x: 1 },
    ];
    for (const body of bodies) {
      assert.equal((await testApp.change(id, body)).status, 400, JSON.stringify(body));
    }
  });

  it('is changed once for one Idempotency-Key, and says who changed it', async () => {
    const id = await testApp.performance();
    const patch = () =>
      testApp.call(testApp.seller, `PATCH /v1/performances/${id}/room`, {
        body: { ratePerSecond: 5 },
        headers: { 'idempotency-key': 'slow-down' },
      });
    const [first, again] = [await patch(), await patch()];
    assert.deepEqual([first.status, first.body['ratePerSecond']], [200, 5]);
    assert.deepEqual(again.body, first.body);
    const rows = await testApp.database.query(
      'select changed_by from room_setting where performance_id = $1',
      [id],
    );
    assert.deepEqual(rows, [{ changed_by: testApp.seller.accountId }]);
    const events = await testApp.database.query(
      "select data from event where type = 'room.changed' and key = $1",
      [id],
    );
    assert.equal(events.length, 1);
  });
});

describe('two who change a room', () => {
  it('do not undo each other: If-Match refuses what was seen too long ago, also after a restart', async () => {
    const id = await testApp.performance();
    const patch = (body: object, tag: string) =>
      testApp.call(testApp.seller, `PATCH /v1/performances/${id}/room`, {
        body,
        headers: { 'if-match': tag },
      });
    const read = await testApp.call(testApp.manager, `GET /v1/performances/${id}/room`);
    const seen = String(read.headers['etag']);
    const first = await patch({ ratePerSecond: 5 }, seen);
    assert.deepEqual([first.status, first.body['version']], [200, read.body['version'] + 1]);
    const late = await patch({ ratePerSecond: 9 }, seen);
    assert.deepEqual(
      [late.status, late.body['code'], late.body['version']],
      [412, 'changed_meanwhile', first.body['version']],
    );
    assert.equal((await stats(id))['ratePerSecond'], 5);
    await testApp.restart();
    assert.equal((await stats(id))['version'], first.body['version']);
    const again = await patch({ concurrency: 7 }, `"${first.body['version']}"`);
    assert.deepEqual([again.status, again.body['ratePerSecond'], again.body['concurrency']], [200, 5, 7]);
  });

  it('at once: one of both is told that the other was faster', async () => {
    const id = await testApp.performance();
    const answers = await Promise.all(
      [5, 6].map((ratePerSecond) =>
        testApp.call(testApp.seller, `PATCH /v1/performances/${id}/room`, {
          body: { ratePerSecond },
          headers: { 'if-match': '"0"' },
        }),
      ),
    );
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 412],
    );
  });
});

describe('a change takes effect at once:', () => {
  it('pause admits nobody, resume goes on', async () => {
    const id = await testApp.performance();
    await testApp.change(id, { state: 'paused' });
    const [person] = await testApp.people(1);
    assert.equal((await testApp.join(person!, id)).status, 201);
    await aWhile();
    assert.equal((await testApp.poll(person!, id)).body['status'], 'waiting');
    await testApp.change(id, { state: 'open' });
    await testApp.admitted(person!, id);
  });

  it('draining takes nobody new, and admits those in line', async () => {
    const id = await testApp.performance();
    await testApp.change(id, { concurrency: 0 });
    const [early, late] = await testApp.people(2);
    await testApp.join(early!, id);
    await testApp.change(id, { state: 'draining' });
    const refused = await testApp.join(late!, id);
    assert.deepEqual([refused.status, refused.body['code']], [409, 'room_draining']);
    assert.equal((await testApp.join(early!, id)).status, 200, 'who is in line stays in line');
    await testApp.change(id, { concurrency: 10 });
    await testApp.admitted(early!, id);
  });

  it('closed takes nobody, admits nobody, and says so; passes that are out stay good', async () => {
    const id = await testApp.performance();
    await testApp.change(id, { concurrency: 1 });
    const [inside, waiting, late] = await testApp.people(3);
    await testApp.join(inside!, id);
    const { pass } = await testApp.admitted(inside!, id);
    await testApp.join(waiting!, id);
    await testApp.change(id, { state: 'closed', concurrency: 10 });
    for (const answer of [await testApp.join(late!, id), await testApp.poll(waiting!, id)]) {
      assert.deepEqual([answer.status, answer.body['code']], [409, 'room_closed']);
    }
    assert.equal((await testApp.reserve(inside!, id, 1, pass)).status, 201);
    await aWhile();
    assert.equal((await stats(id))['active'], 1);
    await testApp.change(id, { state: 'open' });
    await testApp.admitted(waiting!, id);
  });

  it('a smaller concurrency lets nobody in until enough have gone; a larger one does', async () => {
    const id = await testApp.performance();
    await testApp.change(id, { concurrency: 2 });
    const people = await testApp.people(4);
    for (const person of people) await testApp.join(person, id);
    await testApp.admitted(people[1]!, id);
    await testApp.change(id, { concurrency: 1 });
    await testApp.leave(people[0]!, id);
    await aWhile();
    assert.equal((await testApp.poll(people[2]!, id)).body['status'], 'waiting');
    await testApp.change(id, { concurrency: 3 });
    await testApp.admitted(people[3]!, id);
  });

  it('a rate of zero admits nobody, another does', async () => {
    const id = await testApp.performance();
    await testApp.change(id, { ratePerSecond: 0 });
    const [person] = await testApp.people(1);
    const { body } = await testApp.join(person!, id);
    assert.equal(body['estimatedWaitMs'], null);
    await aWhile();
    assert.equal((await testApp.poll(person!, id)).body['status'], 'waiting');
    await testApp.change(id, { ratePerSecond: 1 });
    await testApp.admitted(person!, id);
  });
});

describe('after a restart', () => {
  it('the line keeps its order, its numbers go on, and passes stay good', async () => {
    const id = await testApp.performance();
    await testApp.change(id, { concurrency: 1 });
    const people = await testApp.people(6);
    for (const person of people.slice(0, 5)) await testApp.join(person, id);
    const { pass } = await testApp.admitted(people[0]!, id);
    await testApp.restart();
    const places = await Promise.all(people.slice(0, 5).map((person) => testApp.poll(person, id)));
    assert.deepEqual(
      places.map(({ body }) => [body['number'], body['status'], body['ahead']]),
      [
        [1, 'admitted', 0],
        [2, 'waiting', 0],
        [3, 'waiting', 1],
        [4, 'waiting', 2],
        [5, 'waiting', 3],
      ],
    );
    assert.equal((await testApp.join(people[5]!, id)).body['number'], 6);
    assert.equal((await testApp.reserve(people[0]!, id, 7, pass)).status, 201);
    assert.equal((await stats(id))['concurrency'], 1);
  });
});
