import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from 'pg';
import { acquireTestDatabase, withTestDatabase } from './postgres.ts';

test('two test databases have the schema and nothing of each other', async () => {
  const [one, two] = [await acquireTestDatabase(), await acquireTestDatabase()];
  await query(one.connection, 'create table only_here (id int)');
  const tables = await query(
    two.connection,
    `select to_regclass('firstcome.schema_migration') is not null as migrated, to_regclass('only_here') is null as apart`,
  );
  assert.deepEqual(tables, [{ migrated: true, apart: true }]);
  await one.release();
  await two.release();
});

test('an empty database has no tables', async () => {
  const { connection, release } = await acquireTestDatabase({ empty: true });
  const rows = await query(connection, `select from pg_tables where schemaname in ('public', 'firstcome')`);
  await release();
  assert.equal(rows.length, 0);
});

test('a test that leaves a connection open is told so', async () => {
  let leaked: Client | undefined;
  const leaving = withTestDatabase(async (connection) => {
    leaked = new Client({ ...connection, application_name: 'leaky' });
    leaked.on('error', () => undefined);
    await leaked.connect();
  });
  await assert.rejects(leaving, /left connections to its database open: leaky/);
});

async function query(connection: object, text: string): Promise<unknown[]> {
  const client = new Client(connection);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
