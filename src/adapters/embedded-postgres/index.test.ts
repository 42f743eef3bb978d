import assert from 'node:assert/strict';
import { chmod, cp, mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import {
  createDirectories,
  isRunning,
  silentLogger as logger,
  postmasterPid,
  query,
  startPostgresProcess,
} from '../../../test/support/postgres-process.ts';
import { locateBinaries } from './binaries.ts';
import { createEmbeddedPostgres } from './index.ts';

const directories = await createDirectories();
after(directories.remove);

test('what was written is there after a stop and a second start, and the second stop changes nothing', async () => {
  const dataDir = await directories.empty();
  const postgres = createEmbeddedPostgres({ dataDir, logger });
  assert.throws(() => postgres.connection(), { code: 'postgres_not_started' });
  await postgres.start();
  const first = postgres.connection();
  await query(first, 'create table kept as select 42 as answer');
  await Promise.all([postgres.stop(), postgres.stop()]);
  await postgres.stop();
  assert.equal(postmasterPid(dataDir), undefined);
  await postgres.start();
  assert.deepEqual(postgres.connection(), first);
  assert.deepEqual(await query(first, 'select answer from kept'), [{ answer: 42 }]);
  await postgres.stop();
});

test('nothing but the socket is left open, and nothing at all after the stop', async () => {
  const dataDir = await directories.withDatabase();
  const postgres = createEmbeddedPostgres({ dataDir, logger });
  await postgres.start();
  const { host } = postgres.connection();
  const [settings] = await query(
    postgres.connection(),
    `select current_setting('listen_addresses') as addresses, current_setting('fsync') as fsync,
       current_setting('synchronous_commit') as commit, current_setting('full_page_writes') as pages,
       current_setting('unix_socket_permissions') as mode, pg_encoding_to_char(encoding) as encoding, datlocale as locale
     from pg_database where datname = current_database()`,
  );
  assert.deepEqual(settings, {
    addresses: '',
    fsync: 'on',
    commit: 'on',
    pages: 'on',
    mode: '0700',
    encoding: 'UTF8',
    locale: 'C.UTF-8',
  });
  await postgres.stop();
  await assert.rejects(readdir(host), { code: 'ENOENT' });
});

test('a log that somebody removed does not disturb the end of PostgreSQL', async () => {
  const dataDir = await directories.withDatabase();
  const postgres = createEmbeddedPostgres({ dataDir, logger });
  await postgres.start();
  await rm(join(dataDir, 'postgres.log'));
  await postgres.stop();
});

test('a data directory with a path far longer than a socket may have works', async () => {
  const dataDir = join(await directories.empty(), 'a long path with spaces '.repeat(8), "and 'quotes'");
  const postgres = createEmbeddedPostgres({ dataDir, logger });
  await postgres.start();
  assert.ok(dataDir.length > 150);
  assert.ok(postgres.connection().host.startsWith(tmpdir()) || postgres.connection().host.startsWith('/tmp'));
  assert.deepEqual(await query(postgres.connection(), 'select 1 as one'), [{ one: 1 }]);
  await postgres.stop();
});

test('programs and data at a path that means something to a shell work, and leave no copy', async () => {
  const odd = join(await directories.empty(), 'a "quoted" $HOME `id` \\ path');
  await mkdir(odd, { recursive: true });
  await chmod(dirname(dirname(odd)), 0o755);
  const { directory, version } = locateBinaries();
  await cp(directory, join(odd, 'native'), { recursive: true, verbatimSymlinks: true });
  const copies = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('firstcome-initdb-'));
  const before = await copies();
  const postgres = createEmbeddedPostgres({
    dataDir: join(odd, 'data'),
    logger,
    durable: false,
    programs: { installed: { directory: join(odd, 'native'), version }, sharedPlaces: [] },
  });
  await postgres.start();
  assert.deepEqual(await query(postgres.connection(), 'select 1 as one'), [{ one: 1 }]);
  await postgres.stop();
  assert.deepEqual(await copies(), before);
});

test('a stop during the start ends the start and leaves nothing running', async () => {
  const dataDir = await directories.empty();
  const postgres = createEmbeddedPostgres({ dataDir, logger });
  const starting = assert.rejects(postgres.start(), { code: 'stopped' });
  await postgres.stop();
  await starting;
  assert.deepEqual(await readdir(dataDir).catch(() => []), []);
  await postgres.start();
  await postgres.stop();
});

test('two commands at the same time share one PostgreSQL, and the last one out stops it', async () => {
  const dataDir = await directories.withDatabase();
  const one = createEmbeddedPostgres({ dataDir, logger, role: 'tool' });
  const two = startPostgresProcess(dataDir, { role: 'tool' });
  const [, answer] = await Promise.all([one.start(), two.answer]);
  assert.deepEqual(answer.connection, one.connection());
  const pid = postmasterPid(dataDir) ?? 0;
  await one.stop();
  assert.ok(isRunning(pid));
  await two.end('SIGTERM');
  assert.equal(isRunning(pid), false);
});

test('a command uses the PostgreSQL of the running server and leaves it running', async () => {
  const dataDir = await directories.withDatabase();
  const server = startPostgresProcess(dataDir);
  const { connection } = await server.answer;
  const pid = postmasterPid(dataDir) ?? 0;
  const command = createEmbeddedPostgres({ dataDir, logger, role: 'tool' });
  await command.start();
  assert.deepEqual(command.connection(), connection);
  await command.stop();
  assert.ok(isRunning(pid));
  await server.end('SIGTERM');
});

test('a second server on the data directory is refused and told who has it', async () => {
  const dataDir = await directories.withDatabase();
  const server = startPostgresProcess(dataDir);
  await server.answer;
  const second = createEmbeddedPostgres({ dataDir, logger });
  await assert.rejects(second.start(), {
    code: 'data_directory_in_use',
    message: new RegExp(`${dataDir} is in use by process ${server.child.pid}:`),
  });
  await second.stop();
  assert.ok(isRunning(postmasterPid(dataDir) ?? 0));
  await server.end('SIGTERM');
});
