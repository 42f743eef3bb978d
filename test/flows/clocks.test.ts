import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { runLineInvariants } from '../../src/adapters/postgres/invariants/line.ts';
import { createProcessClock } from '../../src/kernel/clock.ts';
import { until } from '../support/until.ts';
import { RoomStage } from '../support/waiting-room/stage.ts';

const MINUTE_MS = 60_000;

let stage: RoomStage;
let setByMs = 0;

before(async () => {
  stage = await RoomStage.open({ PASS_TTL_MS: '600000', SILENT_AFTER_MS: '2000' });
  await restartWith(0);
});

after(() => stage.close());

/** Restarts on a machine whose clock is set by so much, as `setByMs` says from then on. */
async function restartWith(byMs: number): Promise<void> {
  await stage.app.stop();
  setByMs = byMs;
  stage.clock = createProcessClock({
    wall: () => Date.now() + setByMs,
    monotonic: () => performance.now(),
  });
  await stage.start();
}

const readiness = () => stage.call(undefined, 'GET /health/ready');

describe('a machine whose clock is set back by an hour', () => {
  it('goes on admitting and lapsing, and is not ready until its clock is right', async () => {
    const id = await stage.performance();
    await stage.change(id, { concurrency: 1 });
    const [first, second] = await stage.people(2);
    await stage.join(first!, id);
    await stage.admitted(first!, id);
    await stage.join(second!, id);
    assert.equal((await readiness()).status, 200);

    setByMs = -60 * MINUTE_MS;
    await stage.leave(first!, id);
    await stage.admitted(second!, id);
    const { body } = await until(readiness, ({ status }) => status === 503);
    assert.deepEqual([body['code'], body['checks']['clock']], ['not_ready', 'failed']);

    setByMs = 0;
    await until(readiness, ({ status }) => status === 200);
  });
});

describe('a start on a machine that is twenty minutes behind what is on record', () => {
  it('drops nobody, counts presence from then on, and goes on in the time of the record', async () => {
    const id = await stage.performance();
    const people = await stage.people(5);
    for (const person of people) await stage.join(person, id);
    await stage.admitted(people[4]!, id);
    await stage.change(id, { ratePerSecond: 1, concurrency: 6, graceMs: 1_000 });
    const [late] = await stage.people(1);
    const { body: joined } = await stage.join(late!, id);

    await restartWith(-20 * MINUTE_MS);
    const numbers = await Promise.all([...people, late!].map((person) => stage.poll(person, id)));
    assert.deepEqual(
      numbers.map(({ body }) => body['number']),
      [1, 2, 3, 4, 5, joined['number']],
    );
    await stage.admitted(late!, id);
    assert.equal((await readiness()).body['checks']['clock'], 'failed');
    const [row] = await stage.database.query<{ inOrder: boolean }>(
      `select bool_and(coalesce(admitted_at >= joined_at, true) and status < 2) as "inOrder"
       from room_entry where performance_id = $1`,
      [id],
    );
    assert.equal(row?.inOrder, true);
    const breaches = (await runLineInvariants(stage.database)).filter(({ ok }) => !ok);
    assert.deepEqual(breaches, []);
    await restartWith(0);
  });
});
