import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { runLineInvariants } from '../../src/adapters/postgres/invariants/line.ts';
import { createProcessClock } from '../../src/kernel/clock.ts';
import { until } from '../support/until.ts';
import { RoomTestApp } from '../support/waiting-room/test-app.ts';

const MINUTE_MS = 60_000;

let testApp: RoomTestApp;
let setByMs = 0;

before(async () => {
  testApp = await RoomTestApp.open({ PASS_TTL_MS: '600000', SILENT_AFTER_MS: '2000' });
  await restartWith(0);
});

after(() => testApp.close());

/** Restarts on a machine whose clock is set by so much, as `setByMs` says from then on. */
async function restartWith(byMs: number): Promise<void> {
  await testApp.app.stop();
  setByMs = byMs;
  testApp.clock = createProcessClock({
    wall: () => Date.now() + setByMs,
    monotonic: () => performance.now(),
  });
  await testApp.start();
}

const readiness = () => testApp.call(undefined, 'GET /health/ready');

describe('a machine whose clock is set back by an hour', () => {
  it('goes on admitting and lapsing, and is not ready until its clock is right', async () => {
    const id = await testApp.performance();
    await testApp.change(id, { concurrency: 1 });
    const [first, second] = await testApp.people(2);
    await testApp.join(first!, id);
    await testApp.admitted(first!, id);
    await testApp.join(second!, id);
    assert.equal((await readiness()).status, 200);

    setByMs = -60 * MINUTE_MS;
    await testApp.leave(first!, id);
    await testApp.admitted(second!, id);
    const { body } = await until(readiness, ({ status }) => status === 503);
    assert.deepEqual([body['code'], body['checks']['clock']], ['not_ready', 'failed']);

    setByMs = 0;
    await until(readiness, ({ status }) => status === 200);
  });
});

describe('a start on a machine that is twenty minutes behind what is on record', () => {
  it('drops nobody, counts presence from then on, and goes on in the time of the record', async () => {
    const id = await testApp.performance();
    const people = await testApp.people(5);
    for (const person of people) await testApp.join(person, id);
    await testApp.admitted(people[4]!, id);
    await testApp.change(id, { ratePerSecond: 1, concurrency: 6, graceMs: 1_000 });
    const [late] = await testApp.people(1);
    const { body: joined } = await testApp.join(late!, id);

    await restartWith(-20 * MINUTE_MS);
    const numbers = await Promise.all([...people, late!].map((person) => testApp.poll(person, id)));
    assert.deepEqual(
      numbers.map(({ body }) => body['number']),
      [1, 2, 3, 4, 5, joined['number']],
    );
    await testApp.admitted(late!, id);
    assert.equal((await readiness()).body['checks']['clock'], 'failed');
    const [row] = await testApp.database.query<{ inOrder: boolean }>(
      `select bool_and(coalesce(admitted_at >= joined_at, true) and status < 2) as "inOrder"
       from room_entry where performance_id = $1`,
      [id],
    );
    assert.equal(row?.inOrder, true);
    const breaches = (await runLineInvariants(testApp.database)).filter(({ ok }) => !ok);
    assert.deepEqual(breaches, []);
    await restartWith(0);
  });
});
