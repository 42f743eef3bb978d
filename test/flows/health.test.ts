import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createDatabase, type Database } from '../../src/adapters/postgres/database.ts';
import { buildApp } from '../../src/app.ts';
import { readConfig } from '../../src/config/config.ts';
import { type ProcessClock, systemClock } from '../../src/kernel/clock.ts';
import { UnavailableFault } from '../../src/kernel/faults.ts';
import { createLogger } from '../../src/platform/observability/logger.ts';
import { acquireTestDatabase, type TestDatabase } from '../support/postgres.ts';

const CACHE_MS = 1_000;
const logger = createLogger({ level: 'silent', format: 'json' });
const config = readConfig({ PORT: '0' });

let testDatabase: TestDatabase;

before(async () => {
  testDatabase = await acquireTestDatabase();
});

after(() => testDatabase.release());

/** A database that can be away to those who ask whether it is there. */
function probed(database: Database) {
  const probe = { away: false };
  const ping: Database['ping'] = () =>
    probe.away ? Promise.reject(new UnavailableFault('postgres', 'away')) : database.ping();
  return { probe, database: { ...database, ping } };
}

/** The machine's clock, which can be put forward. */
function adjustableClock(): ProcessClock & { forward(ms: number): void } {
  let ahead = 0;
  return {
    ...systemClock,
    now: () => systemClock.now() + ahead,
    forward(ms) {
      ahead += ms;
    },
  };
}

async function open() {
  const { probe, database } = probed(createDatabase({ connection: testDatabase.connection }));
  const clock = adjustableClock();
  const storage = { database, close: () => database.close() };
  const app = await buildApp(config, { logger, storage, clock });
  const get = async (url: string) => {
    const { statusCode, headers, body } = await app.server.inject({ method: 'GET', url });
    return { status: statusCode, headers, body: JSON.parse(body) as Record<string, unknown> };
  };
  return { app, clock, probe, get };
}

test('an instance lives before it is ready, is ready once it listens, and no more when it stops', async () => {
  const { app, clock, get } = await open();
  assert.equal((await get('/health/live')).status, 200);
  const early = await get('/health/ready');
  assert.equal(early.status, 503);
  assert.equal(early.body['code'], 'not_ready');
  assert.equal(early.headers['retry-after'], '1');
  assert.deepEqual(early.body['checks'], {
    clock: 'ok',
    database: 'ok',
    consumers: 'failed',
    listener: 'failed',
    mail: 'ok',
  });

  await app.start();
  clock.forward(CACHE_MS);
  const ready = await get('/health/ready');
  assert.deepEqual(ready.body, {
    status: 'ready',
    checks: { clock: 'ok', database: 'ok', consumers: 'ok', listener: 'ok', mail: 'ok' },
  });
  assert.equal(ready.headers['cache-control'], 'no-store');
  await app.stop();
});

test('an instance without its database lives, is not ready, says nothing of the inside, and recovers', async () => {
  const { app, clock, probe, get } = await open();
  await app.start();
  try {
    probe.away = true;
    const away = await get('/health/ready');
    assert.equal(away.status, 503);
    assert.deepEqual(away.body['checks'], {
      clock: 'ok',
      database: 'failed',
      consumers: 'ok',
      listener: 'ok',
      mail: 'ok',
    });
    assert.doesNotMatch(JSON.stringify(away.body), /postgres|away/);
    assert.equal((await get('/health/live')).status, 200);

    probe.away = false;
    clock.forward(CACHE_MS);
    assert.equal((await get('/health/ready')).status, 200);
  } finally {
    await app.stop();
  }
});
