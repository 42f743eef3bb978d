import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { createDirectories, silentLogger as logger, query } from '../../../test/support/postgres-process.ts';
import { createEmbeddedPostgres } from './index.ts';
import { countReady, layInWal, SEGMENT_BYTES, type SpareWalOptions } from './spare-wal.ts';

const directories = await createDirectories();
after(directories.remove);

const SEGMENTS = 4;
const aRunning = async () => {
  const dataDir = await directories.withDatabase();
  const postgres = createEmbeddedPostgres({ dataDir, logger, durable: false });
  await postgres.start();
  const target = postgres.connection();
  return {
    postgres,
    async ready(): Promise<number> {
      const client = new Client(target);
      await client.connect();
      const count = await countReady(client);
      await client.end();
      return count;
    },
    async written(): Promise<string> {
      const [row] = await query(target, 'select pg_walfile_name(pg_current_wal_insert_lsn()) as name');
      return (row as { name: string }).name;
    },
    layIn: (more: Partial<SpareWalOptions> = {}) =>
      layInWal(target, {
        directory: dataDir,
        signal: new AbortController().signal,
        segments: SEGMENTS,
        delayMs: 0,
        ...more,
      }),
  };
};

test('segments lie ready afterwards, over a restart too, and no more are preallocated', async () => {
  const { postgres, ready, layIn } = await aRunning();
  assert.equal(await layIn(), SEGMENTS);
  const laidIn = await ready();
  assert.ok(laidIn >= SEGMENTS, `${laidIn} segments`);
  assert.equal(await layIn(), 0);
  await postgres.stop();
  await postgres.start();
  assert.ok((await ready()) >= SEGMENTS / 2);
  assert.equal(await layIn(), 0);
  await postgres.stop();
});

test('a disk with little room is left alone, and so is one of a system that stops', async () => {
  const { postgres, ready, layIn } = await aRunning();
  const before = await ready();
  assert.equal(await layIn({ freeBytes: async () => SEGMENTS * SEGMENT_BYTES * 8 - 1 }), 0);
  assert.equal(await layIn({ signal: AbortSignal.abort(), delayMs: 10 }), 0);
  assert.equal(await ready(), before);
  await postgres.stop();
});

test('a stop ends it early, and what was made by then is ready after the next start', async () => {
  const { postgres, ready, written, layIn } = await aRunning();
  const begun = await written();
  const stopping = new AbortController();
  const made = layIn({ segments: 1_000, signal: stopping.signal, freeBytes: async () => Number.MAX_VALUE });
  while ((await written()) === begun) await sleep(5);
  stopping.abort();
  const segments = await made;
  assert.ok(segments < 1_000, `${segments} segments`);
  await postgres.stop();
  await postgres.start();
  assert.ok((await ready()) > 0);
  await postgres.stop();
});
