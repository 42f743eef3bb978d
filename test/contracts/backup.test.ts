import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { restoreBackup } from '../../src/adapters/postgres/backup/restore-backup.ts';
import { writeBackup } from '../../src/adapters/postgres/backup/write-backup.ts';
import { createDatabase, type Database } from '../../src/adapters/postgres/database.ts';
import { migrateLocked } from '../../src/adapters/postgres/migrate.ts';
import { openDatabase } from '../support/open-database.ts';
import { acquireTestDatabase } from '../support/postgres.ts';

const { signal } = new AbortController();
const AWKWARD = ['a\tb\nc\\d', '\\.', 'line\n\\.\nline', '', 'NULL', '\\N', '한글 "quoted" 🎫'];

describe('a backup', { timeout: 120_000 }, () => {
  let folder: string;
  let file: string;
  let source: Awaited<ReturnType<typeof openDatabase>>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fc-backup-'));
    file = join(folder, 'whole.gz');
    source = await openDatabase();
    await fill(source.database);
    await back(source.database, file);
  });

  after(async () => {
    await source.close();
    await rm(folder, { recursive: true, force: true });
  });

  const back = (database: Database, to: string) =>
    writeBackup(database, { file: to, version: '1.2.3', now: new Date(0), signal });
  const restore = (database: Database, from: string, replaces = false) =>
    restoreBackup(database, { file: from, replaces, signal });

  /** Restoring wants the database for itself, but for its own connection. */
  async function onAnother(work: (database: Database) => Promise<void>): Promise<void> {
    const { connection, release } = await acquireTestDatabase();
    const database = createDatabase({ connection, maxConnections: 1 });
    try {
      await work(database);
    } finally {
      await database.close();
      await release();
    }
  }

  test('can be read by its owner alone, has its name once it is whole, and replaces no file', async () => {
    const { mode } = await stat(file);
    assert.equal(mode & 0o777, 0o600);
    assert.deepEqual(await readdir(folder), ['whole.gz']);
    await assert.rejects(back(source.database, file), { code: 'backup_exists' });
    const nowhere = join(folder, 'no', 'a.gz');
    await assert.rejects(back(source.database, nowhere), { code: 'backup_failed', message: /its folder/ });
    assert.deepEqual(await readdir(folder), ['whole.gz']);
  });

  test('puts back every row of every table, and goes on numbering events behind them', () =>
    onAnother(async (database) => {
      const report = await restore(database, file);
      assert.deepEqual([report.version, report.createdAt], ['1.2.3', '1970-01-01T00:00:00.000Z']);
      assert.deepEqual(await namesIn(database), AWKWARD.toSorted());
      assert.deepEqual(await contentsOf(database), await contentsOf(source.database));
      const [event] = await database.query<{ position: number }>(ADD_EVENT);
      const [last] = await source.database.query<{ position: number }>(
        'select max(position) as position from event',
      );
      assert.ok(event!.position > last!.position);
    }));

  test('of the middle of a change shows it wholly or not at all', async () => {
    const while1 = join(folder, 'while.gz');
    await source.database.transaction(async (tx) => {
      await tx.query('insert into point_balance (account_id, balance) values (gen_random_uuid(), 7)');
      await back(source.database, while1);
    });
    await onAnother(async (database) => {
      await restore(database, while1);
      const [row] = await database.query<{ count: number }>('select count(*) as count from point_balance');
      assert.equal(row?.count, 0);
    });
    await source.database.query('delete from point_balance');
  });

  test('is not put over what is there unless that is said, nor while the system runs', () =>
    onAnother(async (database) => {
      await fill(database);
      await assert.rejects(restore(database, file), { code: 'database_not_empty', message: /--replace/ });
      await restore(database, file, true);
      assert.deepEqual(await contentsOf(database), await contentsOf(source.database));
      const whole = await contentsOf(source.database);
      const system = await source.database.connect();
      await assert.rejects(restore(source.database, file, true), { code: 'database_in_use' });
      system.release();
      assert.deepEqual(await contentsOf(source.database), whole);
    }));

  test('of an older version is put back as it was, and brought to the schema of this one', async () => {
    const { connection, release } = await acquireTestDatabase({ empty: true });
    const older = createDatabase({ connection, maxConnections: 1 });
    const olderFile = join(folder, 'older.gz');
    const files = await source.database.query<{ name: string }>('select name from schema_migration');
    // Its schema had no tables of the ranking.
    const had = files.map(({ name }) => name).filter((name) => name !== 'ranking/schema.sql');
    assert.equal(had.length, files.length - 1);
    await older.transaction((tx) => migrateLocked(tx, new Set(had)));
    await fill(older);
    await back(older, olderFile);
    const kept = await contentsOf(older);
    await older.close();
    await release();
    await onAnother(async (database) => {
      await restore(database, olderFile);
      const [ranked] = await database.query<{ count: number }>(
        'select count(*) as count from sales_progress',
      );
      assert.equal(ranked?.count, 0);
      const ran = await database.query('select name from schema_migration');
      assert.equal(ran.length, files.length);
      const now = new Map((await contentsOf(database)).map(({ name, digest }) => [name, digest]));
      for (const { name, digest } of kept) assert.equal(now.get(name), digest, name);
    });
  });

  test('of another schema of before the first release is refused in one line that names its version', () =>
    onAnother(async (database) => {
      await restore(database, file);
      const kept = await contentsOf(database);
      const changed = join(folder, 'changed.gz');
      const text = gunzipSync(await readFile(file)).toString('utf8');
      await writeFile(changed, gzipSync(text.replace('"digest":"', '"digest":"0')));
      await assert.rejects(restore(database, changed, true), {
        code: 'backup_outdated',
        message: `The backup ${changed} was made by an unreleased version with another schema, 1.2.3: restore it with that one.`,
      });
      assert.deepEqual(await contentsOf(database), kept);
    }));

  test('that is damaged, of another program, or of a newer version changes nothing', () =>
    onAnother(async (database) => {
      await restore(database, file);
      const kept = await contentsOf(database);
      const whole = await readFile(file);
      const text = gunzipSync(whole).toString('utf8');
      const damaged = join(folder, 'damaged.gz');
      for (const [content, code] of [
        [whole.subarray(0, whole.length / 2), 'backup_unreadable'],
        ['mine', 'backup_unreadable'],
        [gzipSync('{"format":"another"}\n'), 'backup_unreadable'],
        [gzipSync('x'.repeat(3_000_000)), 'backup_unreadable'],
        [gzipSync(text.replace('"formatVersion":1', '"formatVersion":2')), 'backup_unreadable'],
        [gzipSync(text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1)), 'backup_unreadable'],
        [gzipSync(text.replace(/\{"rows":\d+\}\n$/, '{"rows":1}\n')), 'backup_unreadable'],
        [gzipSync(text.replace('"identity/schema.sql"', '"identity/later.sql"')), 'migration_unknown'],
        [gzipSync(text.replace('"digest":"', '"digest":"0')), 'backup_outdated'],
      ] as const) {
        await writeFile(damaged, content);
        await assert.rejects(restore(database, damaged, true), { code });
        assert.deepEqual(await contentsOf(database), kept);
      }
      await assert.rejects(restore(database, join(folder, 'none'), true), { code: 'backup_missing' });
    }));
});

const ADD_EVENT = `insert into event (type, key, occurred_at, data)
  values ('account.created', gen_random_uuid(), now(), '{}') returning position`;

async function fill(database: Database): Promise<void> {
  for (const name of AWKWARD) {
    await database.query(
      `insert into account (id, email, name, created_at) values (gen_random_uuid(), gen_random_uuid()::text, $1, now())`,
      [name],
    );
    await database.query(ADD_EVENT);
  }
  await database.query(
    `insert into session (id, account_id, seed, created_at, rotated_at, expires_at)
     select gen_random_uuid(), id, '\\x00ff0a5c'::bytea, now(), now(), 'infinity' from account`,
  );
}

async function namesIn(database: Database): Promise<string[]> {
  const rows = await database.query<{ name: string }>('select name from account');
  return rows.map(({ name }) => name).toSorted();
}

/** A digest of each table. */
async function contentsOf(database: Database): Promise<readonly { name: string; digest: string | null }[]> {
  const tables = await database.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'firstcome' and tablename <> 'schema_migration' order by 1`,
  );
  const parts = tables.map(
    ({ name }) =>
      `select '${name}' as name, md5(string_agg(t::text, ',' order by t::text)) as digest from ${name} t`,
  );
  return database.query(parts.join(' union all '));
}
