import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Database } from '../../src/adapters/postgres/database.ts';
import { DeadlineFault, OverloadedFault } from '../../src/kernel/faults.ts';
import { type OpenDatabase, openDatabase } from '../support/open-database.ts';

const DEADLINE_MS = 1_000;
const TOO_LONG = 'select pg_sleep(1.6)';

let database: Database;
let close: OpenDatabase['close'];

before(async () => {
  ({ database, close } = await openDatabase({ deadlineMs: DEADLINE_MS, maxConnections: 1, maxWaiting: 2 }));
  await database.query('create table noted (what text)');
});
after(() => close());

const noted = async () =>
  (await database.query<{ what: string }>('select what from noted')).map(({ what }) => what);

describe('a database with a deadline', { timeout: 60_000 }, () => {
  test('gives up a statement that takes longer, and goes on with the next', async () => {
    await assert.rejects(database.query(TOO_LONG), DeadlineFault);
    assert.deepEqual(await database.query('select 1 as one'), [{ one: 1 }]);
  });

  test('undoes a transaction of which a statement takes longer', async () => {
    const work = database.transaction(async (tx) => {
      await tx.query(`insert into noted values ('undone')`);
      await tx.query(TOO_LONG);
    });
    await assert.rejects(work, DeadlineFault);
    assert.deepEqual(await noted(), []);
  });

  test('lets patient work and connections of their own take their time, and those alone', async () => {
    await database.transaction(
      async (tx) => {
        await tx.query(TOO_LONG);
        await tx.query(`insert into noted values ('patient')`);
      },
      { patient: true },
    );
    assert.deepEqual(await noted(), ['patient']);
    const client = await database.connect();
    await client.query(TOO_LONG);
    client.release(true);
    await assert.rejects(database.query(TOO_LONG), DeadlineFault);
  });

  test('refuses who would be one too many to wait for a connection', async () => {
    const slow = database.query('select pg_sleep(0.3)');
    const waiting = [database.query('select 1'), database.query('select 1')];
    await assert.rejects(database.query('select 1'), OverloadedFault);
    await assert.rejects(
      database.transaction(() => Promise.resolve()),
      OverloadedFault,
    );
    await Promise.all([slow, ...waiting]);
  });
});
