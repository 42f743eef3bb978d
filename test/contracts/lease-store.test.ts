import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMemoryLeaseStore } from '../../src/adapters/memory/lease-store.ts';
import { createDatabase, type Database } from '../../src/adapters/postgres/database.ts';
import { runCheck } from '../../src/adapters/postgres/invariants/index.ts';
import { createLeaseStore } from '../../src/adapters/postgres/lease/lease-store.ts';
import { createManualClock, systemClock } from '../../src/kernel/clock.ts';
import { LeaseKeeper } from '../../src/platform/lease/lease-keeper.ts';
import { acquireTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { until } from '../support/until.ts';
import { leaseStoreContract } from './lease-store.contract.ts';

const TIMEOUT = { timeout: 60_000 };

let testDatabase: TestDatabase;
/** Those of two processes. */
let databases: readonly [Database, Database];

before(async () => {
  testDatabase = await acquireTestDatabase();
  const open = () => createDatabase({ connection: testDatabase.connection, maxConnections: 4 });
  databases = [open(), open()];
});
after(async () => {
  for (const database of databases) await database.close();
  await testDatabase.release();
});

const clock = createManualClock();
const memory = createMemoryLeaseStore(clock);
leaseStoreContract('memory', () => ({ stores: [memory, memory], pass: (ms) => clock.advance(ms) }));
leaseStoreContract('PostgreSQL', () => ({
  stores: [createLeaseStore(databases[0]), createLeaseStore(databases[1])],
  pass: (ms) => sleep(ms).then(() => undefined),
}));

describe('leases in PostgreSQL', () => {
  it('expire by the clock of the database, whatever a process believes', TIMEOUT, async () => {
    const [one, other] = databases.map(createLeaseStore);
    const lease = await one!.acquire({ name: 'by-its-clock', holder: 'a', ttlMs: 3_600_000 });
    const [row] = await databases[0].query<{ leftMs: number }>(
      `select extract(epoch from expires_at - clock_timestamp())::float8 * 1000 as "leftMs" from lease
        where name = 'by-its-clock'`,
    );
    assert.ok(row!.leftMs > 3_000_000 && row!.leftMs <= 3_600_000);
    await databases[0].query(
      `update lease set expires_at = now() - interval '1 ms' where name = 'by-its-clock'`,
    );
    assert.equal(await one!.isHeld(lease!), false);
    assert.equal((await other!.acquire({ name: 'by-its-clock', holder: 'b', ttlMs: 1_000 }))?.holder, 'b');
  });

  it('pass to another process when the holder dies, and its work goes on there', TIMEOUT, async () => {
    const died = createDatabase({ connection: testDatabase.connection, maxConnections: 2 });
    const keep = (database: Database, holder: string) =>
      new LeaseKeeper({
        store: createLeaseStore(database),
        name: 'upkeep-of-two',
        holder,
        ttlMs: 3_000,
        clock: systemClock,
        onError: () => undefined,
      });
    const [first, second] = [keep(died, 'first'), keep(databases[1], 'second')];
    const workers: string[] = [];
    const work = (keeper: LeaseKeeper, name: string) => keeper.run(async () => void workers.push(name));
    await first.lifecycle.start();
    await second.lifecycle.start();
    await work(first, 'first');
    await work(second, 'second');
    assert.deepEqual(workers, ['first'], 'two processes do not both do it');
    // As by kill -9: it gives nothing back.
    await died.close();
    await until(async () => {
      await work(second, 'second');
      return workers.includes('second');
    });
    assert.equal(second.lease?.fencingNumber, 2);
    await until(() => first.lease === undefined);
    await second.lifecycle.stop();
    await first.lifecycle.stop();
  });

  it('that would last for ever are found by the check', TIMEOUT, async () => {
    const verdict = async () =>
      (await runCheck(databases[0])).invariants.find(({ name }) => name === 'leases_expire');
    assert.equal((await verdict())?.ok, true);
    await databases[0].query(`insert into lease (name, holder, fencing_number, expires_at)
      values ('stuck', 'nobody', 7, now() + interval '2 days')`);
    assert.match((await verdict())?.detail ?? '', /^lease stuck of nobody lasts until /);
    await databases[0].query(`delete from lease where name = 'stuck'`);
  });
});
