import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type pg from 'pg';
import { LOCKS } from '../../src/adapters/postgres/locks.ts';
import { until } from '../support/until.ts';
import { RoomTestApp } from '../support/waiting-room/test-app.ts';

let testApp: RoomTestApp;

before(async () => {
  testApp = await RoomTestApp.open();
});

after(() => testApp.close());

const LOCK = `locktype = 'advisory' and classid = ${LOCKS.roomHolder}
  and database = (select oid from pg_database where datname = current_database())`;
const WRITER = `${LOCK} and granted`;

/** Breaks the connection that writes lines and keeps its lock from it, until the returned function is called. */
async function takeStoreAway(): Promise<() => Promise<void>> {
  const client: pg.PoolClient = await testApp.database.connect();
  // Waiting for the lock is being first in line for it when the connection that has it breaks.
  const { rows } = await client.query<{ id: string; pid: number }>(
    `select ((classid::bigint << 32) | objid::bigint)::text as id, pid from pg_locks where ${WRITER}`,
  );
  const [writer] = rows;
  assert.ok(writer, 'somebody writes lines');
  const locked = client.query('select pg_advisory_lock($1::bigint)', [writer.id]);
  await until(
    () => testApp.database.query(`select from pg_locks where ${LOCK} and not granted`),
    ({ length }) => length === 1,
  );
  await testApp.database.query('select pg_terminate_backend($1)', [writer.pid]);
  await locked;
  return async () => {
    await client.query('select pg_advisory_unlock($1::bigint)', [writer.id]);
    client.release();
  };
}

describe('while the store of the lines is away', () => {
  it('polls and passes go on, joins are refused with 503, and it comes back by itself', async () => {
    const id = await testApp.performance();
    await testApp.change(id, { concurrency: 1 });
    const [inside, waiting, late] = await testApp.people(3);
    await testApp.join(inside!, id);
    const { pass } = await testApp.admitted(inside!, id);
    await testApp.join(waiting!, id);

    const giveBack = await takeStoreAway();
    const refused = await testApp.join(late!, id);
    assert.deepEqual([refused.status, refused.body['code']], [503, 'dependency_unavailable']);
    assert.ok(refused.headers['retry-after']);
    assert.equal((await testApp.leave(waiting!, id)).status, 503);
    assert.equal((await testApp.change(id, { state: 'paused' })).status, 503);
    const place = await testApp.poll(waiting!, id);
    assert.deepEqual([place.status, place.body['number'], place.body['ahead']], [200, 2, 0]);
    assert.equal((await testApp.join(waiting!, id)).status, 200, 'who is in line is told where');
    assert.equal((await testApp.poll(inside!, id)).body['pass'], pass);
    assert.equal((await testApp.reserve(inside!, id, 1, pass)).status, 201);

    await giveBack();
    const joined = await until(
      () => testApp.join(late!, id),
      ({ status }) => status < 300,
    );
    assert.equal(joined.body['number'], 3);
    await testApp.leave(inside!, id);
    await testApp.admitted(waiting!, id);
  });

  it('a break that is over in a moment is not seen by anybody', async () => {
    const id = await testApp.performance();
    await testApp.change(id, { state: 'paused' });
    const people = await testApp.people(40);
    await testApp.join(people[0]!, id);
    const answers = people.slice(1).map(async (person, index) => {
      if (index === 20)
        await testApp.database.query(`select pg_terminate_backend(pid) from pg_locks where ${WRITER}`);
      return testApp.join(person, id);
    });
    const numbers = (await Promise.all(answers)).map(({ status, body }) => {
      assert.ok(status < 300, JSON.stringify(body));
      return body['number'] as number;
    });
    assert.deepEqual(
      numbers.toSorted((a, b) => a - b),
      people.slice(1).map((_, index) => index + 2),
    );
  });
});
