/** What docs say of the database is what a database of this version has. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { before, describe, test } from 'node:test';
import { createDatabase, type Database } from '../../src/adapters/postgres/database.ts';
import { migrate } from '../../src/adapters/postgres/migrate.ts';
import { dumpSchema, type SchemaDump } from '../support/docs/schema-dump.ts';
import { renderSchemaPage } from '../support/docs/schema-page.ts';
import { acquireTestDatabase } from '../support/postgres.ts';
import { readProjectFile } from '../tidy/project.ts';

const DOCS = new URL('../../docs/', import.meta.url);
const TIMEOUT_MS = 60_000;

async function onDatabase<T>(
  options: { readonly empty?: boolean; readonly strategy?: string },
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const { connection, release } = await acquireTestDatabase(options);
  if (options.strategy !== undefined) await migrate(connection, { strategy: options.strategy });
  const database = createDatabase({ connection, maxConnections: 1 });
  try {
    return await work(database);
  } finally {
    await database.close();
    await release();
  }
}

describe('the schema of a database', { timeout: TIMEOUT_MS }, () => {
  let schema: SchemaDump;

  before(async () => {
    schema = await onDatabase({}, dumpSchema);
  });

  const assertWritten = async (name: string, text: string) => {
    const file = new URL(name, DOCS);
    if (process.env['UPDATE_DOCS']) await writeFile(file, text);
    const written = await readFile(file, 'utf8').catch(() => '');
    assert.equal(written, text, `docs/${name} is out of date: run this test with UPDATE_DOCS=1`);
  };

  test('stands in docs/schema.sql, and as diagrams in docs/schema.md', async () => {
    await assertWritten('schema.sql', schema.sql);
    await assertWritten('schema.md', renderSchemaPage(schema, readProjectFile('ARCHITECTURE.md')));
  });

  test('is made again by docs/schema.sql', async () => {
    const made = await onDatabase({ empty: true }, async (database) => {
      await database.query('create schema firstcome');
      await database.query(schema.sql);
      return dumpSchema(database);
    });
    assert.equal(made.sql, schema.sql);
  });
});

describe('functions that hold seats', { timeout: TIMEOUT_MS }, () => {
  const DEFAULT = ['hold_seats', 'hold_seats_alone', 'record_reservation', 'seats_had'];
  const functionsWith = (strategy: string) =>
    onDatabase({ strategy }, async (database) => {
      const rows = await database.query<{ name: string }>(
        `select proname as name from pg_proc where pronamespace = 'firstcome'::regnamespace`,
      );
      return rows.map(({ name }) => name).toSorted();
    });

  test('are those of the default strategy alone, also where the broken one is chosen', async () => {
    assert.deepEqual(await functionsWith('batch'), DEFAULT);
    assert.deepEqual(await functionsWith('broken'), DEFAULT);
  });

  for (const strategy of ['optimistic', 'pessimistic', 'serializable']) {
    test(`are also those of the ${strategy} strategy where it is chosen`, async () => {
      assert.deepEqual(await functionsWith(strategy), [...DEFAULT, `hold_seats_${strategy}`].toSorted());
    });
  }
});
