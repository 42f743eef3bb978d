import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createDatabase, type Database } from '../../src/adapters/postgres/database.ts';
import { markForDemo, markForProduction } from '../../src/adapters/postgres/database-mode.ts';
import { emptyDemo } from '../../src/adapters/postgres/empty-demo.ts';
import { composeIdentity } from '../../src/app/compose/identity.ts';
import { createFoundation } from '../../src/app/foundation.ts';
import { markDatabase } from '../../src/app/mark-database.ts';
import { readConfig } from '../../src/config/config.ts';
import { createLogger } from '../../src/platform/observability/logger.ts';
import { acquireTestDatabase } from '../support/postgres.ts';

const ADD_ACCOUNT = `insert into account (id, email, name, created_at)
  values (gen_random_uuid(), $1, 'Somebody', now())`;

async function onDatabase(work: (database: Database) => Promise<void>): Promise<void> {
  const { connection, release } = await acquireTestDatabase();
  // One connection, for what wants the database for itself.
  const database = createDatabase({ connection, maxConnections: 1 });
  try {
    await work(database);
  } finally {
    await database.close();
    await release();
  }
}

describe('the mode of a database', () => {
  test('is that of the one who used it first, and the other is refused for good', async () => {
    await onDatabase(async (database) => {
      await markForProduction(database);
      await markForProduction(database);
      await assert.rejects(markForDemo(database), {
        code: 'production_database',
        message: /MODE=production/,
      });
    });
    await onDatabase(async (database) => {
      await markForDemo(database);
      await database.query(ADD_ACCOUNT, ['a@demo.example']);
      await markForDemo(database);
      await assert.rejects(markForProduction(database), { code: 'demo_database', message: /demo remove/ });
    });
  });

  test('waits for a demonstration that is being loaded', async () => {
    const { connection, release } = await acquireTestDatabase();
    const database = createDatabase({ connection });
    try {
      const marked = await database.transaction(async (tx) => {
        await markForDemo(tx);
        const production = markForProduction(database);
        production.catch(() => undefined);
        return { production };
      });
      await assert.rejects(marked.production, { code: 'demo_database' });
    } finally {
      await database.close();
      await release();
    }
  });

  test('is not a demonstration’s where accounts are, or tables of others', async () => {
    await onDatabase(async (database) => {
      await database.query(ADD_ACCOUNT, ['somebody@example.org']);
      await assert.rejects(markForDemo(database), { code: 'database_not_empty' });
      await markForProduction(database);
    });
    await onDatabase(async (database) => {
      await database.query('create table public.invoice (id int)');
      await assert.rejects(markForDemo(database), { code: 'database_shared', message: /public\.invoice/ });
      await markForProduction(database);
    });
  });

  test('is not taken by who has another key, whatever the mode', () =>
    onDatabase(async (database) => {
      const config = readConfig({});
      const logger = createLogger({ level: 'silent', format: 'json' });
      const { tokens } = composeIdentity(createFoundation(config, { database }, { logger }));
      await tokens.lifecycle.start();
      await tokens.lifecycle.stop();
      for (const mode of ['demo', 'production'] as const) {
        const stranger = { mode, secretKey: 'another-secret-0123456789-0123456789' };
        await assert.rejects(markDatabase(stranger, database), { code: 'signing_key_sealed' });
      }
      assert.deepEqual(await database.query('select from database_mode'), []);
    }));
});

describe('removing a demonstration', () => {
  test('leaves an empty database that production takes', () =>
    onDatabase(async (database) => {
      await markForDemo(database);
      await database.query(ADD_ACCOUNT, ['fan1@demo.example']);
      assert.equal(await emptyDemo(database, false), true);
      assert.deepEqual(await database.query('select from account'), []);
      assert.equal(await emptyDemo(database, false), false);
      await markForProduction(database);
      await assert.rejects(emptyDemo(database, true), { code: 'production_database' });
    }));

  test('asks first where people made accounts of their own', () =>
    onDatabase(async (database) => {
      await markForDemo(database);
      await database.query(ADD_ACCOUNT, ['me@example.org']);
      await assert.rejects(emptyDemo(database, false), {
        code: 'demo_has_people',
        message: /1 people .*--all/,
      });
      assert.equal(await emptyDemo(database, true), true);
    }));
});
