import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Database } from '../../src/adapters/postgres/database.ts';
import {
  createIdempotencyCleanup,
  removeOldAnswers,
} from '../../src/adapters/postgres/idempotency/idempotency-cleanup.ts';
import {
  createIdempotencyStore,
  saveResults,
} from '../../src/adapters/postgres/idempotency/idempotency-store.ts';
import { createManualClock, systemClock } from '../../src/kernel/clock.ts';
import { Fault } from '../../src/kernel/faults.ts';
import { createMicroBatch } from '../../src/kernel/micro-batch.ts';
import { alwaysHeld } from '../support/always-held.ts';
import { createMemoryIdempotencyStore } from '../support/memory-idempotency-store.ts';
import { type OpenDatabase, openDatabase } from '../support/open-database.ts';
import { idempotencyStoreContract, newRecord } from './idempotency-store.contract.ts';

let database: Database;
let close: OpenDatabase['close'];

before(async () => {
  ({ database, close } = await openDatabase());
  await database.query('create table effect (key text)');
});
after(() => close());

idempotencyStoreContract('memory', createMemoryIdempotencyStore);
idempotencyStoreContract('postgres', () => createIdempotencyStore(database));

type Record = ReturnType<typeof newRecord>;

function takeEffect(records: readonly Record[]): Promise<void> {
  return database.transaction(async (tx) => {
    for (const record of records) await tx.query('insert into effect (key) values ($1)', [record.key]);
    await saveResults(tx, records);
  });
}

async function effectsOf(record: Record): Promise<number> {
  const rows = await database.query('select from effect where key = $1', [record.key]);
  return rows.length;
}

test('a result saved with its effect is there when the effect is', async () => {
  const record = newRecord();
  await takeEffect([record]);
  const [found] = await createIdempotencyStore(database).find([record]);
  assert.equal(found?.result, record.result);
  assert.equal(await effectsOf(record), 1);
});

test('a result whose transaction is rolled back is not there', async () => {
  const record = newRecord();
  await assert.rejects(
    database.transaction(async (tx) => {
      await saveResults(tx, [record]);
      throw new Error('something else failed');
    }),
  );
  assert.deepEqual(await createIdempotencyStore(database).find([record]), [undefined]);
});

test('of transactions that run at once with one key a single one takes effect', async () => {
  const record = newRecord();
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => takeEffect([record])));
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  assert.equal(refused.length, 7);
  for (const { reason } of refused) {
    assert.ok(reason instanceof Fault && reason.code === 'idempotency_conflict' && !reason.retryable);
  }
  assert.equal(await effectsOf(record), 1);
});

test('in a batch only the request with the key that is taken fails', async () => {
  const taken = newRecord();
  await takeEffect([taken]);
  const batch = createMicroBatch<Record, void>({
    name: 'effects',
    run: async (records) => {
      await takeEffect(records);
      return records.map(() => undefined);
    },
    maxBatch: 100,
    maxQueued: 100,
    clock: systemClock,
  });
  const records = Array.from({ length: 20 }, (_, index) => (index === 11 ? taken : newRecord()));
  const outcomes = await Promise.allSettled(records.map((record) => batch.submit(record)));
  assert.deepEqual(
    outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [index] : [])),
    [11],
  );
  for (const record of records) assert.equal(await effectsOf(record), 1);
});

test('results older than the retention are removed, in as many statements as it takes, and no others', async () => {
  await database.query('delete from idempotency_record');
  await database.query(`insert into idempotency_record (scope, key, fingerprint, result, created_at)
    select gen_random_uuid(), 'old-' || n, '\\x00', '{"ok":true}', now() - interval '25 hours'
    from generate_series(1, 12000) n`);
  const fresh = newRecord();
  await createIdempotencyStore(database).save([fresh]);
  assert.equal(await removeOldAnswers(database, 24 * 3_600_000), 12_000);
  const [found] = await createIdempotencyStore(database).find([fresh]);
  assert.equal(found?.result, fresh.result);
});

test('the cleanup runs by itself, survives an error, and stops', async () => {
  const clock = createManualClock();
  const errors: unknown[] = [];
  let runs = 0;
  const query = async () => {
    runs += 1;
    if (runs === 1) throw new Error('away');
    return [];
  };
  const cleanup = createIdempotencyCleanup(
    { query },
    { clock, upkeepLease: alwaysHeld, intervalMs: 1_000, onError: (error) => void errors.push(error) },
  );
  await cleanup.start();
  await clock.advance(2_000);
  await cleanup.stop();
  await cleanup.stop();
  await clock.advance(5_000);
  assert.equal(runs, 2);
  assert.equal(errors.length, 1);
  assert.equal(clock.pending, 0);
});
