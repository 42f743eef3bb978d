import { createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { Fault } from '../../../kernel/faults.ts';
import { type Database, onConnection, type Queryable, SCHEMA } from '../database.ts';
import { toFault } from '../errors.ts';
import { LOCKS } from '../locks.ts';
import { MIGRATIONS_TABLE } from '../migrate.ts';
import { type BackupHeader, type BackupTable, END_OF_TABLE, FORMAT, FORMAT_VERSION } from './backup-file.ts';

export type BackupOptions = {
  readonly file: string;
  /** Of this program. */
  readonly version: string;
  readonly now: Date;
  readonly signal: AbortSignal;
};

export type BackupReport = {
  readonly tables: number;
  readonly rows: number;
  readonly bytes: number;
};

/** Fast, and a fifth of the size: events and seat plans repeat themselves. */
const GZIP_LEVEL = 1;

/**
 * Writes every table, as one snapshot shows it, to a file that only its owner can read. The system may run meanwhile.
 * Rows go from PostgreSQL to the file as they come: memory stays the same, however many there are. The file has its
 * name once it is whole and on disk.
 * @throws Fault `backup_exists`, `backup_empty`, `backup_failed`
 */
export async function writeBackup(database: Database, options: BackupOptions): Promise<BackupReport> {
  const { file } = options;
  if ((await stat(file).catch(() => undefined)) !== undefined) {
    throw new Fault('backup_exists', `There is a file ${file} already: name another, or remove it.`);
  }
  const client = await database.connect().catch((error: unknown) => {
    throw toFault(error);
  });
  const unfinished = `${file}.${process.pid}.part`;
  try {
    return await writeSnapshot(client, unfinished, options);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw explain(error, file);
  } finally {
    // Its transaction ends with it.
    client.release(true);
  }
}

async function writeSnapshot(
  client: pg.PoolClient,
  unfinished: string,
  options: BackupOptions,
): Promise<BackupReport> {
  const session = onConnection(client);
  await session.query('begin isolation level repeatable read, read only');
  // Nothing is migrated meanwhile. The snapshot is that of the first statement.
  await session.query('select pg_advisory_xact_lock_shared($1)', [LOCKS.migration]);
  const header = await readHeader(session, options);
  const counted = { rows: 0 };
  const sink = createWriteStream(unfinished, { flags: 'wx', mode: 0o600 });
  await pipeline(contents(client, header, counted), createGzip({ level: GZIP_LEVEL }), sink, {
    signal: options.signal,
  });
  await syncFile(unfinished);
  await rename(unfinished, options.file);
  return { tables: header.tables.length, rows: counted.rows, bytes: sink.bytesWritten };
}

async function* contents(
  client: pg.PoolClient,
  header: BackupHeader,
  counted: { rows: number },
): AsyncGenerator<string | Buffer> {
  yield `${JSON.stringify(header)}\n`;
  for (const { name, columns } of header.tables) {
    const rows = client.query(copyTo(`copy ${quoted(name)} (${columns.map(quoted).join(', ')}) to stdout`));
    for await (const chunk of rows) yield chunk as Buffer;
    counted.rows += rows.rowCount;
    yield END_OF_TABLE;
  }
  yield `${JSON.stringify(counted)}\n`;
}

const TABLES = `
  select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns,
    max(a.attname) filter (where a.attidentity <> '' or exists (
      select from pg_depend d join pg_class s on s.oid = d.objid and s.relkind = 'S'
      where d.refobjid = c.oid and d.refobjsubid = a.attnum and d.deptype = 'a')) as identity,
    array(select r.relname::text from pg_constraint f join pg_class r on r.oid = f.confrelid
      where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid) as needs
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
  where c.relnamespace = to_regnamespace('${SCHEMA}') and c.relkind = 'r' and c.relname <> '${MIGRATIONS_TABLE}'
  group by c.oid, c.relname
  order by c.relname`;

type TableRow = {
  readonly name: string;
  readonly columns: readonly string[];
  readonly identity: string | null;
  readonly needs: readonly string[];
};

async function readHeader(session: Queryable, { version, now }: BackupOptions): Promise<BackupHeader> {
  const tables = await session.query<TableRow>(TABLES);
  if (tables.length === 0) {
    throw new Fault('backup_empty', 'This database holds nothing of firstcome: there is nothing to back up.');
  }
  const migrations = await session.query<{ name: string; digest: string }>(
    `select name, digest from ${MIGRATIONS_TABLE} order by name`,
  );
  const described: BackupTable[] = [];
  // One after the other: a session runs one statement at a time.
  for (const table of inOrder(tables)) described.push(await describe(session, table));
  return {
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    version,
    createdAt: now.toISOString(),
    migrations,
    tables: described,
  };
}

async function describe(session: Queryable, { name, columns, identity }: TableRow): Promise<BackupTable> {
  if (identity === null) return { name, columns };
  const [row] = await session.query<{ last: number | null }>(
    'select pg_sequence_last_value(pg_get_serial_sequence($1, $2)::regclass) as last',
    [quoted(name), identity],
  );
  return { name, columns, identity: { column: identity, last: row?.last ?? 0 } };
}

/** Each table after those that its foreign keys name. */
function inOrder(tables: readonly TableRow[]): readonly TableRow[] {
  const ordered = new Map<string, TableRow>();
  const byName = new Map(tables.map((table) => [table.name, table]));
  const add = (table: TableRow): void => {
    if (ordered.has(table.name)) return;
    for (const need of table.needs) add(byName.get(need)!);
    ordered.set(table.name, table);
  };
  for (const table of tables) add(table);
  return [...ordered.values()];
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** As it must be written in a statement. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function explain(error: unknown, file: string): unknown {
  if (error instanceof Fault) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined || !/^E[A-Z]+$/.test(code)) return toFault(error);
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'its folder is not there',
    EACCES: 'this user may not write there',
    EROFS: 'nothing can be written there',
    ENOSPC: 'the disk is full',
  };
  return new Fault('backup_failed', `The backup ${file} cannot be written: ${reasons[code] ?? message}.`, {
    cause: error,
  });
}
