import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { Fault } from '../../../kernel/faults.ts';
import { type Database, onConnection, type Queryable } from '../database.ts';
import { toFault } from '../errors.ts';
import { clearSchema, lockAlone } from '../fresh-schema.ts';
import { historyOf, migrateLocked } from '../migrate.ts';
import { type BackupHeader, BackupReader, type BackupTable } from './backup-file.ts';
import { quoted } from './write-backup.ts';

export type RestoreOptions = {
  readonly file: string;
  /** Whether what the database holds may go. */
  readonly replaces: boolean;
  readonly signal: AbortSignal;
};

export type RestoreReport = {
  /** When the backup was made, and by which version. */
  readonly createdAt: string;
  readonly version: string;
  readonly tables: number;
  readonly rows: number;
};

/**
 * Puts a backup in place of what the database holds, wholly or not at all: a fresh schema of the version that made the
 * backup, its rows, and then the migrations since. All of it is one transaction.
 * @throws Fault `backup_missing`, `backup_unreadable`, `database_in_use`, `database_not_empty`,
 *   `migration_unknown`, `backup_outdated`
 */
export async function restoreBackup(database: Database, options: RestoreOptions): Promise<RestoreReport> {
  const reader = new BackupReader(options.file);
  try {
    const header = await reader.header();
    await assertKnown(header, options.file);
    const client = await database.connect().catch((error: unknown) => {
      throw toFault(error);
    });
    try {
      return await replace(client, { reader, header, ...options });
    } finally {
      // What was not committed is rolled back with it.
      client.release(true);
    }
  } catch (error) {
    throw toFault(error);
  } finally {
    await reader.close();
  }
}

async function assertKnown({ migrations, version }: BackupHeader, file: string): Promise<void> {
  const history = await historyOf(migrations);
  if (history === 'known') return;
  const [code, which] =
    history === 'newer'
      ? ['migration_unknown', 'a newer version']
      : ['backup_outdated', 'an unreleased version with another schema'];
  throw new Fault(code, `The backup ${file} was made by ${which}, ${version}: restore it with that one.`);
}

type Restoring = RestoreOptions & { readonly reader: BackupReader; readonly header: BackupHeader };

async function replace(client: pg.PoolClient, restoring: Restoring): Promise<RestoreReport> {
  const { reader, header, replaces, signal } = restoring;
  const session = onConnection(client);
  await session.query('begin');
  await lockAlone(session);
  if (!replaces) await assertHoldsNothing(session);
  await clearSchema(session);
  await migrateLocked(session, new Set(header.migrations.map(({ name }) => name)));
  let rows = 0;
  for (const table of header.tables) rows += await fill(client, table, reader, signal);
  const end = await reader.end();
  if (end.rows !== rows)
    throw new Fault(
      'backup_unreadable',
      `The backup ${restoring.file} holds ${rows} rows instead of ${end.rows}.`,
    );
  await migrateLocked(session);
  await session.query('commit');
  return { createdAt: header.createdAt, version: header.version, tables: header.tables.length, rows };
}

async function assertHoldsNothing(session: Queryable): Promise<void> {
  const [found] = await session.query<{ exists: boolean }>(
    `select to_regclass('account') is not null as exists`,
  );
  if (found?.exists !== true) return;
  const [held] = await session.query<{ accounts: number }>('select count(*) as accounts from account');
  if (held === undefined || held.accounts === 0) return;
  throw new Fault(
    'database_not_empty',
    `This database holds ${held.accounts} accounts and what belongs to them: say --replace to put the backup in its place.`,
  );
}

async function fill(
  client: pg.PoolClient,
  table: BackupTable,
  reader: BackupReader,
  signal: AbortSignal,
): Promise<number> {
  const { name, columns, identity } = table;
  const into = client.query(copyFrom(`copy ${quoted(name)} (${columns.map(quoted).join(', ')}) from stdin`));
  await pipeline(Readable.from(reader.rows()), into, { signal });
  if (identity !== undefined && identity.last > 0) {
    await onConnection(client).query('select setval(pg_get_serial_sequence($1, $2), $3)', [
      quoted(name),
      identity.column,
      identity.last,
    ]);
  }
  return into.rowCount;
}
