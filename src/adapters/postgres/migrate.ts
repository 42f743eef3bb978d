import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { Fault } from '../../kernel/faults.ts';
import { createDatabase, type PostgresConnection, type Queryable } from './database.ts';
import { LOCKS } from './locks.ts';
import { prepareSchema } from './prepare-schema.ts';

const DIRECTORY = new URL('./migrations/', import.meta.url);

type Migration = { readonly name: string; readonly sql: string; readonly digest: string };

/**
 * Brings a database to the schema of this version. Each file runs once, in the order of its name, all of
 * them in one transaction; several instances that start together wait for one another.
 * @returns the names of the migrations that ran
 * @throws Fault of `prepareSchema`; `migration_changed` when a file that ran before has other content now, or
 *   `migration_unknown` when the database is ahead of this version
 */
export async function migrate(connection: PostgresConnection): Promise<readonly string[]> {
  const database = createDatabase({ connection, maxConnections: 1, applicationName: 'firstcome-migrate' });
  try {
    return await database.transaction((tx) => migrateLocked(tx));
  } finally {
    await database.close();
  }
}

async function migrateLocked(tx: Queryable): Promise<readonly string[]> {
  await tx.query('select pg_advisory_xact_lock($1)', [LOCKS.migration]);
  await prepareSchema(tx);
  await tx.query(`create table if not exists schema_migration (
    name text primary key, digest text not null, applied_at timestamptz not null default now())`);
  const migrations = await readMigrations();
  const applied = await tx.query<{ name: string; digest: string }>(
    'select name, digest from schema_migration',
  );
  assertSameHistory(migrations, applied);
  const known = new Set(applied.map((row) => row.name));
  const pending = migrations.filter((migration) => !known.has(migration.name));
  for (const migration of pending) {
    await tx.query(migration.sql);
    await tx.query('insert into schema_migration (name, digest) values ($1, $2)', [
      migration.name,
      migration.digest,
    ]);
  }
  return pending.map((migration) => migration.name);
}

function assertSameHistory(
  migrations: readonly Migration[],
  applied: readonly { name: string; digest: string }[],
) {
  const byName = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, digest } of applied) {
    const migration = byName.get(name);
    if (!migration) {
      throw new Fault(
        'migration_unknown',
        `The database has migration ${name}, which this version does not know: start the newer version that made it, or restore a back-up.`,
        { retryable: false },
      );
    }
    if (migration.digest !== digest) {
      throw new Fault(
        'migration_changed',
        `Migration ${name} was changed after it ran on this database: restore the file, and add a new one for the change.`,
        { retryable: false },
      );
    }
  }
}

async function readMigrations(): Promise<readonly Migration[]> {
  const names = (await readdir(DIRECTORY)).filter((name) => name.endsWith('.sql')).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, DIRECTORY), 'utf8');
      return { name, sql, digest: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}
