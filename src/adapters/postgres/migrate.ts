import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { Fault } from '../../kernel/faults.ts';
import { createDatabase, type PostgresConnection, type Queryable } from './database.ts';
import { LOCKS } from './locks.ts';
import { prepareSchema } from './prepare-schema.ts';

const DIRECTORY = new URL('./migrations/', import.meta.url);

export const MIGRATIONS_TABLE = 'schema_migration';

/** A migration that ran on a database. */
export type AppliedMigration = { readonly name: string; readonly digest: string };
type Migration = AppliedMigration & { readonly sql: string };

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

/**
 * As `migrate`, in an open transaction.
 * @param only runs these alone, for a database that is to be filled as it was before the others
 */
export async function migrateLocked(tx: Queryable, only?: ReadonlySet<string>): Promise<readonly string[]> {
  await tx.query('select pg_advisory_xact_lock($1)', [LOCKS.migration]);
  await prepareSchema(tx);
  await tx.query(`create table if not exists ${MIGRATIONS_TABLE} (
    name text primary key, digest text not null, applied_at timestamptz not null default now())`);
  const migrations = await readMigrations();
  const applied = await tx.query<AppliedMigration>(`select name, digest from ${MIGRATIONS_TABLE}`);
  assertSameHistory(migrations, applied);
  const known = new Set(applied.map((row) => row.name));
  const pending = migrations.filter(({ name }) => !known.has(name) && (only?.has(name) ?? true));
  for (const migration of pending) {
    await tx.query(migration.sql);
    await tx.query(`insert into ${MIGRATIONS_TABLE} (name, digest) values ($1, $2)`, [
      migration.name,
      migration.digest,
    ]);
  }
  return pending.map((migration) => migration.name);
}

/** @throws Fault `migration_unknown`, `migration_changed` where this version could not have made such a database */
export async function assertKnownMigrations(applied: readonly AppliedMigration[]): Promise<void> {
  assertSameHistory(await readMigrations(), applied);
}

function assertSameHistory(migrations: readonly Migration[], applied: readonly AppliedMigration[]): void {
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
