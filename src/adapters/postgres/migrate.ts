import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Fault } from '../../kernel/faults.ts';
import { createDatabase, type PostgresConnection, type Queryable } from './database.ts';
import { LOCKS } from './locks.ts';
import { outdatedDatabase, prepareSchema } from './prepare-schema.ts';

/**
 * The schema, a file for each module, in the order of their foreign keys. Until the first release a change goes into
 * these files; after it, into a file of its own at the end of this list, beside the others of its module.
 */
const FILES = [
  'schema.sql',
  'identity/schema.sql',
  'catalogue/schema.sql',
  'events/schema.sql',
  'idempotency/schema.sql',
  'waiting-room/schema.sql',
  'reservations/schema.sql',
  'reservations/hold-seats.sql',
  'reservations/hold-seats-alone.sql',
  'points/schema.sql',
  'payments/schema.sql',
  'tickets/schema.sql',
  'ranking/schema.sql',
  'mail/schema.sql',
  'lease/schema.sql',
  'overload/schema.sql',
] as const;

/** Functions of the ways to hold seats that are not the default: a database has them once it was started with one. */
const STRATEGY_FILES: ReadonlyMap<string, string> = new Map([
  ['optimistic', 'reservations/seat-holds-optimistic.sql'],
  ['pessimistic', 'reservations/seat-holds-pessimistic.sql'],
  ['redis-lock', 'reservations/seat-holds-redis-lock.sql'],
  ['serializable', 'reservations/seat-holds-serializable.sql'],
]);

export const MIGRATIONS_TABLE = 'schema_migration';

/** A file of the schema that ran on a database. */
export type AppliedMigration = { readonly name: string; readonly digest: string };
type Migration = AppliedMigration & { readonly sql: string };

export type MigrateOptions = {
  /** How seats are held: what this needs besides the schema is made too. */
  readonly strategy?: string;
};

/**
 * Brings a database to the schema of this version. Each file runs once, all of them in one transaction; several
 * instances that start together wait for one another.
 * @returns the names of the files that ran
 * @throws Fault of `prepareSchema`; `database_outdated` when an unreleased version made the database, or
 *   `migration_unknown` when a newer one did
 */
export async function migrate(
  connection: PostgresConnection,
  { strategy = '' }: MigrateOptions = {},
): Promise<readonly string[]> {
  const database = createDatabase({ connection, maxConnections: 1, applicationName: 'firstcome-migrate' });
  try {
    return await database.transaction(async (tx) => {
      const names = await migrateLocked(tx);
      const functions = STRATEGY_FILES.get(strategy);
      if (functions !== undefined) await tx.query((await readMigration(functions)).sql);
      return names;
    });
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
  const applied = await tx.query<AppliedMigration>(`select name, digest from ${MIGRATIONS_TABLE}`);
  const migrations = await Promise.all(FILES.map(readMigration));
  const history = compare(migrations, applied);
  if (history === 'older') throw await outdatedDatabase(tx);
  if (history === 'newer') {
    const message =
      'A newer version made this database: start that one, or restore a backup of this version.';
    throw new Fault('migration_unknown', message);
  }
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

/**
 * Whether this version could have made a database on which these files ran: `older` where one of them has changed since,
 * `newer` where it does not know one.
 */
export async function historyOf(applied: readonly AppliedMigration[]): Promise<'known' | 'older' | 'newer'> {
  return compare(await Promise.all(FILES.map(readMigration)), applied);
}

/** Until all schemas were written again, one for each module, files were numbered. */
const NUMBERED = /^\d{4}-/;

function compare(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): 'known' | 'older' | 'newer' {
  const digests = new Map(migrations.map(({ name, digest }) => [name, digest]));
  const isChanged = ({ name, digest }: AppliedMigration) => (digests.get(name) ?? digest) !== digest;
  if (applied.some((one) => isChanged(one) || NUMBERED.test(one.name))) return 'older';
  return applied.every(({ name }) => digests.has(name)) ? 'known' : 'newer';
}

async function readMigration(name: string): Promise<Migration> {
  const sql = await readFile(new URL(name, import.meta.url), 'utf8');
  return { name, sql, digest: createHash('sha256').update(sql).digest('hex') };
}
