/** Databases that are not as they should be are refused before the first migration, with the remedy. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import type { ConnectionTarget } from '../../src/adapters/embedded-postgres/index.ts';
import { createDatabase } from '../../src/adapters/postgres/database.ts';
import { migrate } from '../../src/adapters/postgres/migrate.ts';
import { acquireTestDatabase } from '../support/postgres.ts';
import { query } from '../support/postgres-process.ts';

const COUNT_TABLES = `select count(*)::int as count from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`;

async function onEmpty(work: (connection: ConnectionTarget) => Promise<void>): Promise<void> {
  const { connection, release } = await acquireTestDatabase({ empty: true });
  try {
    await work(connection);
  } finally {
    await release();
  }
}

async function assertRefused(connection: ConnectionTarget, code: string, message: RegExp): Promise<void> {
  const [before] = await query<{ count: number }>(connection, COUNT_TABLES);
  await assert.rejects(migrate(connection), (error: Error & { code?: string }) => {
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  });
  assert.deepEqual(await query(connection, COUNT_TABLES), [before], 'a refused database was changed');
}

describe('a database that the system is to use', () => {
  test('keeps the tables of others, also those that bear our names', () =>
    onEmpty(async (connection) => {
      await query(
        connection,
        `create table public.account (balance money); insert into public.account values (7)`,
      );
      assert.ok((await migrate(connection)).length > 0);
      const database = createDatabase({ connection });
      assert.deepEqual(await database.query('select * from account'), []);
      await database.close();
      const [{ count } = { count: 0 }] = await query<{ count: number }>(
        connection,
        'select count(*)::int as count from public.account',
      );
      assert.equal(count, 1);
      assert.deepEqual(await migrate(connection), []);
    }));

  test('is refused where its schema firstcome is of somebody else', () =>
    onEmpty(async (connection) => {
      await query(connection, 'create schema firstcome; create table firstcome.account (id int)');
      await assertRefused(connection, 'schema_foreign', /another database/);
    }));

  test('is refused where a version before the first release made it', () =>
    onEmpty(async (connection) => {
      await query(
        connection,
        'create table schema_migration (name text); create table seat_hold (seat_no int)',
      );
      await assertRefused(connection, 'database_outdated', /remove the data directory/);
    }));

  test('is refused where its files were numbered, or one has changed since', () =>
    onEmpty(async (connection) => {
      await migrate(connection);
      const made = async (statement: string) => {
        await query(connection, statement);
        await assertRefused(
          connection,
          'database_outdated',
          /remove the data directory.*restore FILE --replace/,
        );
      };
      await made(
        `update firstcome.schema_migration set digest = 'another' where name = 'identity/schema.sql'`,
      );
      await query(connection, 'delete from firstcome.schema_migration');
      await made(`insert into firstcome.schema_migration (name, digest) values ('0001-identity.sql', '')`);
      await query(connection, `update firstcome.schema_migration set name = 'rides/schema.sql'`);
      await assertRefused(connection, 'migration_unknown', /newer version/);
    }));

  test('is refused where it cannot store every script', () =>
    onEmpty(async (connection) => {
      const name = `latin_${randomUUID().slice(0, 8)}`;
      await query(connection, `create database ${name} encoding 'LATIN1' locale 'C' template template0`);
      try {
        await assertRefused({ ...connection, database: name }, 'database_encoding', /encoding 'UTF8'/);
      } finally {
        await query(connection, `drop database ${name} with (force)`);
      }
    }));

  test('is refused to a user without rights, until the statement that is named was given', () =>
    onEmpty(async (connection) => {
      const user = `Poor ${randomUUID().slice(0, 8)}`;
      await query(connection, `create role "${user}" login`);
      const asUser = { ...connection, user };
      try {
        const remedies: string[] = [];
        const note = (error: Error): boolean => {
          remedies.push(/let its owner say "(.+)"\.$/.exec(error.message)?.[1] ?? '');
          return true;
        };
        await assert.rejects(migrate(asUser), note);
        assert.match(remedies[0] ?? '', /^create schema firstcome authorization "Poor /);
        await query(connection, 'create schema firstcome');
        await assert.rejects(migrate(asUser), note);
        assert.match(remedies[1] ?? '', /^grant usage, create on schema firstcome to "Poor /);
        await query(connection, remedies[1] ?? '');
        assert.ok((await migrate(asUser)).length > 0);
      } finally {
        await query(connection, `drop owned by "${user}" cascade; drop role "${user}"`);
      }
    }));
});
