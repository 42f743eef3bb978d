import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { inHours } from '../support/catalogue.ts';
import { readEvents } from '../support/event-source.ts';
import { until } from '../support/until.ts';
import { RoomTestApp } from '../support/waiting-room/test-app.ts';

type Crowd = {
  readonly status: string;
  readonly people: number;
  readonly arrived: number;
  readonly waiting: number;
  readonly inside: number;
  readonly paid: number;
  readonly dropped: number;
  readonly empty: number;
  readonly failed: number;
  readonly seats: number;
};

let testApp: RoomTestApp;

before(async () => {
  testApp = await RoomTestApp.open({ PORT: '0' });
});

after(() => testApp.close());

const send = (body: object, as = testApp.manager) => testApp.call(as, 'POST /v1/demo/crowds', { body });
const current = async () =>
  (await testApp.call(testApp.manager, 'GET /v1/demo/crowds/current')).body as Crowd;
const isOver = ({ status }: Crowd) => status !== 'running';

describe('a crowd', () => {
  it('stands in line, chooses, pays or goes, and everybody is accounted for', async () => {
    const performanceId = await testApp.performance();
    const started = await send({ performanceId, people: 40, arriveMs: 500 });
    assert.equal(started.status, 201);
    assert.equal((await send({ performanceId, people: 1 })).body['code'], 'crowd_running');
    const crowd = await until(current, isOver);
    assert.deepEqual([crowd.status, crowd.arrived, crowd.waiting, crowd.inside], ['done', 40, 0, 0]);
    assert.equal(crowd.paid + crowd.dropped + crowd.empty, 40);
    assert.equal(crowd.failed, 0);
    const [{ sold }] = (await testApp.database.query(
      'select count(*)::int as sold from seat_hold where performance_id = $1 and status = 2',
      [performanceId],
    )) as [{ sold: number }];
    assert.ok(sold > 0);
    assert.equal(sold, crowd.seats);
  });

  it('is told of as a stream while it comes and goes', async () => {
    const url = `${testApp.app.address()}/v1/demo/crowds/current/stream`;
    const authorization = `Bearer ${testApp.manager.token}`;
    const stream = await readEvents<Crowd>(url, { authorization });
    await stream.next();
    await send({ performanceId: await testApp.performance(), people: 20, arriveMs: 500 });
    const seen = [await stream.next()];
    while (seen.at(-1)?.data.status === 'running') seen.push(await stream.next());
    const last = seen.at(-1)!;
    assert.deepEqual([last.event, last.data.status, last.data.arrived], ['crowd', 'done', 20]);
    stream.close();
  });

  it('goes when it is sent away', async () => {
    const performanceId = await testApp.performance();
    await testApp.change(performanceId, { state: 'paused' });
    await send({ performanceId, people: 30, arriveMs: 0, ratePerSecond: 7 });
    await until(current, ({ waiting }) => waiting === 30);
    const [stopped, again] = await Promise.all([
      testApp.call(testApp.manager, 'DELETE /v1/demo/crowds/current'),
      send({ performanceId, people: 1 }),
    ]);
    assert.deepEqual([stopped.body['status'], stopped.body['waiting']], ['stopped', 0]);
    assert.equal(again.body['code'], 'crowd_running', 'it is still on its way out');
  });

  it('is not sent to what does not exist or is over, nor larger than its bound, nor by others', async () => {
    const unknown = '019b7a52-4c00-7abc-8def-0123456789ab';
    assert.equal((await send({ performanceId: unknown, people: 1 })).body['code'], 'performance_not_found');
    const over = await testApp.performance({ closesAt: inHours(-0.5) });
    assert.equal((await send({ performanceId: over, people: 1 })).body['code'], 'sales_closed');
    const performanceId = await testApp.performance();
    assert.equal((await send({ performanceId, people: 5_001 })).status, 400);
    assert.equal((await send({ performanceId, people: 1 }, testApp.seller)).status, 403);
  });
});

describe('the rate of a room', () => {
  const rateOf = async (performanceId: string) => {
    const { body } = await testApp.call(testApp.seller, `GET /v1/performances/${performanceId}/room`);
    return [body['ratePerSecond'], body['rateBefore']];
  };
  /** A crowd that stays in line, at another rate than the room's own. */
  async function sendSlowly() {
    const performanceId = await testApp.performance();
    await testApp.change(performanceId, { ratePerSecond: 700, state: 'paused' });
    const started = await send({ performanceId, people: 5, arriveMs: 0, ratePerSecond: 20 });
    assert.deepEqual(started.body['lentRate'], { ratePerSecond: 20, before: 700 });
    assert.deepEqual(await rateOf(performanceId), [20, 700]);
    return performanceId;
  }
  const stop = () => testApp.call(testApp.manager, 'DELETE /v1/demo/crowds/current');

  it('comes back when the crowd has gone', async () => {
    const performanceId = await sendSlowly();
    await testApp.change(performanceId, { state: 'open' });
    assert.deepEqual(await rateOf(performanceId), [20, 700], 'other settings leave it lent');
    const crowd = (await until(current, isOver)) as Crowd & { lentRate: unknown };
    assert.deepEqual([crowd.status, crowd.lentRate], ['done', null]);
    assert.deepEqual(await rateOf(performanceId), [700, undefined]);
  });

  it('comes back when the crowd is sent away', async () => {
    const performanceId = await sendSlowly();
    assert.equal((await stop()).body['lentRate'], null);
    assert.deepEqual(await rateOf(performanceId), [700, undefined]);
  });

  it('comes back at the next start where the process did not see the end', async () => {
    const performanceId = await sendSlowly();
    // As a process leaves it that is killed.
    const [row] = await testApp.database.query<{ rate: number; before: number }>(
      'select rate_per_second as rate, rate_before as before from room where performance_id = $1',
      [performanceId],
    );
    assert.deepEqual(row, { rate: 20, before: 700 });
    await testApp.app.stop();
    await testApp.database.query(
      'update room set rate_per_second = 20, rate_before = 700 where performance_id = $1',
      [performanceId],
    );
    await testApp.start();
    assert.deepEqual(await rateOf(performanceId), [700, undefined]);
  });

  it('stays what somebody made it meanwhile', async () => {
    const performanceId = await sendSlowly();
    await testApp.change(performanceId, { ratePerSecond: 300 });
    await stop();
    assert.deepEqual(await rateOf(performanceId), [300, undefined]);
  });
});
