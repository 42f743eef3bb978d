import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, type Database } from '../../src/adapters/postgres/database.ts';
import { readExportPlaces } from '../../src/adapters/postgres/events/export-places.ts';
import { addEvents, residentMiB, watchMemory } from '../support/export-backlog.ts';
import { ExportReceiver } from '../support/export-receiver.ts';
import { exportRecords } from '../support/export-records.ts';
import { assertExactly, type OutsideEvent, readCloudEvent, readRecord } from '../support/outside-events.ts';
import { acquireTestDatabase, type TestDatabase, urlOf } from '../support/postgres.ts';
import { brokenInvariants, PRODUCTION, runCommand, type System, startSystem } from '../support/system.ts';
import { until } from '../support/until.ts';

const BACKLOG = 100_000;
/** What the system takes without an export, and some more: with the backlog in memory the process would end. */
const SMALL_HEAP = { NODE_OPTIONS: '--max-old-space-size=128' };

let testDatabase: TestDatabase;
let database: Database;
let folder: string;
const running: System[] = [];

before(async () => {
  testDatabase = await acquireTestDatabase();
  database = createDatabase({ connection: testDatabase.connection });
  folder = await mkdtemp(join(tmpdir(), 'firstcome-export-'));
});
afterEach(async () => {
  for (const system of running.splice(0)) await system.stop();
});
after(async () => {
  await database.close();
  await testDatabase.release();
  await rm(folder, { recursive: true, force: true });
});

const environmentOf = (more: Readonly<Record<string, string>>) => ({
  ...PRODUCTION,
  DATABASE_URL: urlOf(testDatabase.connection),
  EXPORT_RATE_MAX: '1000000',
  ...more,
});

async function start(environment: Readonly<Record<string, string>>): Promise<System> {
  const system = await startSystem({ dataDir: '', environment });
  running.push(system);
  return system;
}

/** Where an export stands; everything lies before it that has not begun. */
async function placeOf(name: string) {
  const places = await readExportPlaces(database);
  return places.find((place) => place.name === name) ?? { behind: Number.POSITIVE_INFINITY, failing: null };
}

async function exportedFiles(): Promise<readonly OutsideEvent[]> {
  const names = (await readdir(folder)).toSorted();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const lines = texts.join('').split('\n');
  assert.equal(lines.pop(), '', 'the last line is whole');
  return lines.map((line) => readCloudEvent(JSON.parse(line)));
}

describe('an export with much before it', { timeout: 240_000 }, () => {
  it('loses nothing while the platform is away, and takes no memory for it, though it is killed', async (t) => {
    const receiver = await ExportReceiver.open();
    const environment = environmentOf({ EXPORT_URL: receiver.url, ...SMALL_HEAP });
    try {
      receiver.away = 503;
      await addEvents(database, 10);
      const first = await start(environment);
      await until(async () => (await placeOf('export.http')).failing);
      const beforeMiB = await residentMiB(first.pid);
      await addEvents(database, BACKLOG);
      await sleep(2_000);
      const awayMiB = await residentMiB(first.pid);
      const status = await runCommand('', ['export', 'status'], environment);
      const { exports } = JSON.parse(status.stdout) as { exports: { behind: number; failing: object }[] };
      assert.ok((exports[0]?.behind ?? 0) >= BACKLOG && exports[0]?.failing, status.stdout);
      receiver.away = undefined;
      await until(() => receiver.once.length > BACKLOG / 10);
      await first.kill('server');
      const second = await start(environment);
      const startedMiB = await residentMiB(second.pid);
      const memory = watchMemory(second.pid);
      await until(async () => (await placeOf('export.http')).behind === 0);
      const mostMiB = memory.stop();
      assertExactly(receiver.once, await readRecord(database));
      const repeated = receiver.events.length - receiver.once.length;
      t.diagnostic(
        `${receiver.once.length} events, ${repeated} repeated; MiB: ${beforeMiB.toFixed(0)} before, ` +
          `${awayMiB.toFixed(0)} away, ${startedMiB.toFixed(0)} to ${mostMiB.toFixed(0)} while it caught up`,
      );
      const broken = await brokenInvariants('', environment);
      // Nobody was charged what the events of this test tell of.
      assert.deepEqual(
        broken.filter((line) => !line.startsWith('charges_have_their_events')),
        [],
      );
    } finally {
      await receiver.close();
    }
  });

  it('leaves each event once in its files, though it is killed again and again', async (t) => {
    const environment = environmentOf({
      EXPORT_TO: 'file',
      EXPORT_DIR: folder,
      EXPORT_FILE_BYTES: '2000000',
      EXPORT_FILES_KEPT: '1000',
    });
    const behind = async () => (await placeOf('export.file')).behind;
    let kills = 0;
    let last = Number.POSITIVE_INFINITY;
    for (; kills < 8; kills++) {
      if ((await behind()) < 20_000) await addEvents(database, 20_000);
      const system = await start(environment);
      last = await behind();
      // In the middle of its work, wherever that is.
      await until(async () => (await behind()) < last);
      await sleep(Math.random() * 50);
      await system.kill('server');
    }
    await start(environment);
    await until(async () => (await behind()) === 0);
    const events = await exportedFiles();
    t.diagnostic(`${events.length} events in ${(await readdir(folder)).length} files after ${kills} kills`);
    assertExactly(events, await readRecord(database));
  });
});

describe('the files of an export on a full disk', { timeout: 60_000 }, () => {
  /** Writes batches of ten records until one fails, and says what of; without a limit until there are a hundred. */
  const PROGRAM = `
    const [folder, sink, records] = process.argv.slice(1);
    const { createFileExport } = await import(sink);
    const { exportRecords } = await import(records);
    const clock = { now: () => Date.UTC(2026, 0, 1), after: () => () => undefined };
    const limits = { fileBytesMax: 2 ** 30, filesKept: 10, batchMax: 10 };
    const files = createFileExport({ folder, ...limits, clock, tell: () => undefined });
    for (let at = 0; at < 100; at += 10) {
      try {
        await files.write(exportRecords(10, undefined, at));
      } catch (error) {
        process.stdout.write(JSON.stringify({ at, code: error.cause.code, dependency: error.dependency }));
        break;
      }
    }`;

  it('have whole lines only, and go on where they ended once there is room', async () => {
    const own = await mkdtemp(join(tmpdir(), 'firstcome-export-'));
    const href = (path: string) => new URL(path, import.meta.url).href;
    const words = [
      own,
      href('../../src/adapters/files/export-sink.ts'),
      href('../support/export-records.ts'),
    ];
    const run = async (limit: string) => {
      // A process whose files may not grow beyond some kilobytes writes a part, and then fails, as on a full disk.
      const child = spawn('bash', [
        '-c',
        `ulimit -f ${limit}; exec "$0" --input-type=module -e "$@"`,
        process.execPath,
        PROGRAM,
        ...words,
      ]);
      const [said, complained] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'exit'),
      ]);
      assert.equal(complained, '');
      return said;
    };
    try {
      const failed = JSON.parse(await run('8')) as { at: number };
      assert.deepEqual(failed, { at: failed.at, code: 'EFBIG', dependency: 'export' });
      assert.ok(failed.at > 0);
      const lines = async () => {
        const [name = ''] = await readdir(own);
        return (await readFile(join(own, name), 'utf8')).split('\n');
      };
      const expected = (count: number) => [...exportRecords(count).map(({ json }) => json), ''];
      assert.deepEqual(await lines(), expected(failed.at), 'nothing of the batch that failed is there');
      // The first batches are not known any more: what comes again is the one that failed.
      const rest = PROGRAM.replace('let at = 0', `let at = ${failed.at}`);
      assert.notEqual(rest, PROGRAM);
      const child = spawn(process.execPath, ['--input-type=module', '-e', rest, ...words]);
      await once(child, 'exit');
      assert.deepEqual(await lines(), expected(100));
    } finally {
      await rm(own, { recursive: true });
    }
  });
});
