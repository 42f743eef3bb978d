import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { inHours } from '../support/catalogue.ts';
import { until } from '../support/until.ts';
import { type Person, RoomTestApp } from '../support/waiting-room/test-app.ts';

const PASS_TTL_MS = 2_000;
const PASS_AGE_MAX_MS = 5_000;
const SILENT_AFTER_MS = 1_000;
const GRACE_MS = 3_000;

let testApp: RoomTestApp;

before(async () => {
  testApp = await RoomTestApp.open({
    PASS_TTL_MS: String(PASS_TTL_MS),
    PASS_AGE_MAX_MS: String(PASS_AGE_MAX_MS),
    SILENT_AFTER_MS: String(SILENT_AFTER_MS),
    GRACE_MS: String(GRACE_MS),
    PASS_PICKUP_MS: '1000',
  });
});

after(() => testApp.close());

type Entry = {
  number: number;
  status: number;
  admittedAt: number | null;
  expiresAt: number | null;
  endedAt: number | null;
};

/** The line as it is stored; times are epoch ms. */
function entriesOf(performanceId: string): Promise<readonly Entry[]> {
  const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;
  return testApp.database.query<Entry>(
    `select number, status, ${ms('admitted_at')} as "admittedAt", ${ms('pass_expires_at')} as "expiresAt",
       ${ms('ended_at')} as "endedAt"
     from room_entry where performance_id = $1 order by number`,
    [performanceId],
  );
}

/** Polls every tenth of a second until stopped: somebody who is there. */
function keepPolling(person: Person, performanceId: string): () => Promise<void> {
  let isOn = true;
  const loop = (async () => {
    while (isOn) {
      await testApp.poll(person, performanceId);
      await sleep(100);
    }
  })();
  return () => {
    isOn = false;
    return loop;
  };
}

describe('a pass that runs out', () => {
  it('frees its slot at that very moment', async () => {
    const id = await testApp.performance();
    await testApp.change(id, { concurrency: 1 });
    const [first, second] = await testApp.people(2);
    await testApp.join(first!, id);
    await testApp.admitted(first!, id);
    await testApp.join(second!, id);
    await testApp.admitted(second!, id);
    const [ended, next] = await entriesOf(id);
    assert.equal(ended?.status, 4);
    assert.equal(ended.endedAt, ended.expiresAt);
    assert.ok(next!.admittedAt! >= ended.expiresAt!, 'never two at once');
    const { body } = await testApp.poll(first!, id);
    assert.deepEqual([body['code'], body['ended']], ['entry_not_found', 'pass-expired']);
  });

  it('no longer lets its owner book', async () => {
    const id = await testApp.performance();
    const [person] = await testApp.people(1);
    await testApp.join(person!, id);
    const { pass, passExpiresAt } = await testApp.admitted(person!, id);
    await sleep(Date.parse(passExpiresAt) - Date.now() + 5);
    const { status, body } = await testApp.reserve(person!, id, 1, pass);
    assert.deepEqual([status, body['code']], [403, 'pass_expired']);
  });
});

describe('a pass that nobody fetches', () => {
  it('frees its slot, and its owner keeps the number and is first in the next admission', async () => {
    const id = await testApp.performance();
    await testApp.change(id, { state: 'paused', concurrency: 1 });
    const [absent, present] = await testApp.people(2);
    await testApp.join(absent!, id);
    await testApp.join(present!, id);
    await testApp.change(id, { state: 'open' });
    const stop = keepPolling(present!, id);
    await testApp.admitted(present!, id);
    const { body: back } = await testApp.poll(absent!, id);
    assert.deepEqual([back['number'], back['status'], back['ahead']], [1, 'waiting', 0]);
    await stop();
    await testApp.leave(present!, id);
    assert.equal((await testApp.admitted(absent!, id))['number'], 1);
  });
});

describe('a pass whose owner keeps asking', () => {
  it('is renewed when half of it is used, up to its greatest age, and is good all the time', async () => {
    const id = await testApp.performance();
    const [person] = await testApp.people(1);
    await testApp.join(person!, id);
    const ends = new Set<string>();
    let seat = 0;
    for (;;) {
      const { status, body } = await testApp.poll(person!, id);
      if (status === 404 && ends.size > 0) break;
      if (body['status'] === 'admitted') {
        ends.add(body['passExpiresAt']);
        const held = await testApp.reserve(person!, id, ++seat, body['pass']);
        // One that is not held is over the limit per person: the pass was good.
        assert.ok(held.status === 201 || held.body['code'] === 'limit_reached', JSON.stringify(held.body));
      }
      await sleep(150);
    }
    const [entry] = await entriesOf(id);
    assert.ok(ends.size >= 3, `${ends.size} renewals`);
    assert.equal(entry?.expiresAt, entry!.admittedAt! + PASS_AGE_MAX_MS);
  });
});

/** Two people join a room that stands still, and the first falls silent before the second. */
async function fallSilent() {
  const id = await testApp.performance();
  await testApp.change(id, { state: 'paused' });
  const [silent, present] = await testApp.people(2);
  await testApp.join(silent!, id);
  await testApp.join(present!, id);
  const stop = keepPolling(present!, id);
  await until(
    () => testApp.poll(present!, id),
    ({ body }) => body['ahead'] === 0,
  );
  return { id, silent: silent!, present: present!, stop };
}

describe('who is silent', () => {
  it('is passed over, keeps the number, and has the place back on return within the grace time', async () => {
    const { id, silent, present, stop } = await fallSilent();
    const { body: room } = await testApp.call(testApp.seller, `GET /v1/performances/${id}/room`);
    assert.deepEqual([room['waiting'], room['silent']], [1, 1]);
    const { body: back } = await testApp.poll(silent, id);
    assert.deepEqual([back['number'], back['ahead'], back['behind']], [1, 0, 1]);
    assert.equal((await testApp.poll(present, id)).body['ahead'], 1);
    await stop();
  });

  it('is not waited for: those behind are admitted', async () => {
    const { id, silent, present, stop } = await fallSilent();
    await testApp.change(id, { state: 'open', concurrency: 1 });
    await testApp.admitted(present, id);
    const { body: back } = await testApp.poll(silent, id);
    assert.deepEqual([back['number'], back['status']], [1, 'waiting']);
    await stop();
    await testApp.leave(present, id);
    await testApp.admitted(silent, id);
  });

  it('loses the place once passed over for the grace of the room, and may join again', async () => {
    const { id, silent, present, stop } = await fallSilent();
    assert.equal((await testApp.poll(present, id)).body['graceMs'], GRACE_MS);
    const { body: room } = await testApp.change(id, { state: 'open', concurrency: 1, graceMs: 1_500 });
    assert.equal(room['graceMs'], 1_500);
    await testApp.admitted(present, id);
    await stop();
    await testApp.leave(present, id);
    await until(
      () => entriesOf(id),
      ([entry]) => entry?.status === 3,
    );
    const { body } = await testApp.poll(silent, id);
    assert.deepEqual([body['code'], body['ended']], ['entry_not_found', 'dropped']);
    assert.equal((await testApp.join(silent, id)).body['number'], 3);
  });

  it('loses nothing before the opening', async () => {
    const id = await testApp.performance({ opensAt: inHours(1) });
    const [person] = await testApp.people(1);
    await testApp.join(person!, id);
    await sleep(SILENT_AFTER_MS + GRACE_MS + 500);
    const { status, body } = await testApp.poll(person!, id);
    assert.deepEqual([status, body['number'], body['status']], [200, 1, 'waiting']);
  });
});
