import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { runLineInvariants } from '../../src/adapters/postgres/invariants/line.ts';
import { type Person, RoomTestApp } from '../support/waiting-room/test-app.ts';

const SILENT_AFTER_MS = 1_000;

let testApp: RoomTestApp;

before(async () => {
  testApp = await RoomTestApp.open({
    ROOM_RATE_PER_SECOND: '60',
    ROOM_CONCURRENCY: '50',
    PASS_TTL_MS: '1000',
    PASS_AGE_MAX_MS: '1500',
    SILENT_AFTER_MS: String(SILENT_AFTER_MS),
    GRACE_MS: '60000',
  });
});

after(() => testApp.close());

type Joined = { readonly person: Person; readonly number: number };

/** Everybody at once; who is answered has a place that no restart may take. */
async function burst(performanceId: string, count: number): Promise<readonly Joined[]> {
  const people = await testApp.people(count);
  const answers = await Promise.all(people.map((person) => testApp.join(person, performanceId)));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]));
  return people.map((person, index) => ({ person, number: answers[index]!.body['number'] as number }));
}

/** Everybody who is not silent asks, over and over, until so many more are inside; who is inside leaves now and then. */
async function live(performanceId: string, crowd: readonly Joined[], admissions: number): Promise<void> {
  const isEnough = await moreAdmitted(performanceId, admissions);
  for (;;) {
    await Promise.all(
      crowd.map(async ({ person, number }) => {
        if (number % 5 === 0) return;
        const { body } = await testApp.poll(person, performanceId);
        if (body['status'] === 'admitted' && number % 3 === 0) await testApp.leave(person, performanceId);
      }),
    );
    if (await isEnough()) return;
    await sleep(20);
  }
}

async function moreAdmitted(performanceId: string, count: number): Promise<() => Promise<boolean>> {
  const admitted = async () =>
    (
      await testApp.database.query(
        'select from room_entry where performance_id = $1 and admitted_at is not null',
        [performanceId],
      )
    ).length;
  const earlier = await admitted();
  return async () => (await admitted()) >= earlier + count;
}

test('bursts, pauses, changes of rate and cap, silence and a restart leave no breach in the log', async () => {
  const id = await testApp.performance();
  const crowd: Joined[] = [...(await burst(id, 150))];
  await live(id, crowd, 30);
  await testApp.change(id, { ratePerSecond: 15 });
  crowd.push(...(await burst(id, 100)));
  await live(id, crowd, 10);
  await testApp.change(id, { state: 'paused' });
  await live(id, crowd, 0);
  await testApp.change(id, { state: 'open', ratePerSecond: 200, concurrency: 20 });
  await live(id, crowd, 10);
  await testApp.restart();
  crowd.push(...(await burst(id, 60)));
  await live(id, crowd, 15);
  await testApp.change(id, { concurrency: 80 });
  await live(id, crowd, 30);
  await testApp.restart();
  await live(id, crowd, 20);

  const findings = await runLineInvariants(testApp.database);
  assert.deepEqual(
    findings.filter(({ ok }) => !ok),
    [],
  );
  const admitted = findings.find(({ name }) => name === 'line_rate_held')?.checked ?? 0;
  assert.ok(admitted >= 115, `only ${admitted} were admitted: the run showed little`);
  const absences = await testApp.database.query('select from room_absence where performance_id = $1', [id]);
  assert.ok(absences.length > 0, 'nobody silent was passed over: the run showed little');
  const rows = await testApp.database.query<{ account: string; number: number }>(
    'select account_id as account, number from room_entry where performance_id = $1 order by number',
    [id],
  );
  const told = crowd.map(({ person, number }) => ({ account: person.accountId, number }));
  assert.deepEqual(
    rows,
    told.toSorted((a, b) => a.number - b.number),
    'everybody has the number they were told',
  );
});
