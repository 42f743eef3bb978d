import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { exportRecords } from '../../../test/support/export-records.ts';
import { createManualClock, type ManualClock } from '../../kernel/clock.ts';
import { UnavailableFault } from '../../kernel/faults.ts';
import type { ExportRecord } from '../../modules/export/index.ts';
import { createFileExport, type FileExportOptions } from './export-sink.ts';

const DAY_MS = 86_400_000;
let folder: string;
let clock: ManualClock;
let told: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firstcome-export-'));
  clock = createManualClock();
  told = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function open(more: Partial<FileExportOptions> = {}) {
  return createFileExport({
    folder,
    fileBytesMax: 2 ** 20,
    filesKept: 100,
    batchMax: 10,
    clock,
    tell: (what) => void told.push(what),
    ...more,
  });
}

const names = async () => (await readdir(folder)).toSorted();
const newest = async () => join(folder, (await names()).at(-1)!);

/** What stands in all files, one after the other. */
async function lines(): Promise<readonly string[]> {
  const texts = await Promise.all((await names()).map((name) => readFile(join(folder, name), 'utf8')));
  return texts.join('').split('\n').slice(0, -1);
}

const linesOf = (records: readonly ExportRecord[]) => records.map(({ json }) => json);

describe('the export to files', { timeout: 60_000 }, () => {
  it('appends a line for each event, over a restart too', async () => {
    const sink = open();
    await sink.write(exportRecords(5));
    await sink.write(exportRecords(5, undefined, 5));
    await sink.close();
    const next = open();
    await next.write(exportRecords(5, undefined, 10));
    await next.close();
    assert.deepEqual(await lines(), linesOf(exportRecords(15)));
    assert.deepEqual(await names(), ['events-2026-01-01.000001.ndjson']);
  });

  it('begins a file when one is full, and on another day, and removes the oldest', async () => {
    const sink = open({ fileBytesMax: 1_000, filesKept: 3 });
    for (let batch = 0; batch < 4; batch++) await sink.write(exportRecords(10, undefined, 10 * batch));
    await clock.advance(DAY_MS);
    await sink.write(exportRecords(1, undefined, 40));
    await sink.close();
    assert.deepEqual(await names(), [
      'events-2026-01-01.000003.ndjson',
      'events-2026-01-01.000004.ndjson',
      'events-2026-01-02.000001.ndjson',
    ]);
    assert.deepEqual(await lines(), linesOf(exportRecords(21, undefined, 20)));
    assert.equal(told.length, 2);
  });

  it('puts no file before those of a clock that was ahead', async () => {
    clock.set(clock.now() + DAY_MS);
    const before = open();
    await before.write(exportRecords(1));
    await before.close();
    clock = createManualClock();
    const sink = open({ fileBytesMax: 1 });
    await sink.write(exportRecords(1, undefined, 1));
    await sink.close();
    assert.deepEqual(await names(), ['events-2026-01-02.000001.ndjson', 'events-2026-01-02.000002.ndjson']);
  });

  it('writes what comes again once, wherever the process was killed', async () => {
    const whole = linesOf(exportRecords(20));
    const bytes = Buffer.byteLength(`${whole.slice(10).join('\n')}\n`);
    for (let missing = 0; missing <= bytes; missing += 97) {
      const killed = open();
      await killed.write(exportRecords(10));
      await killed.write(exportRecords(10, undefined, 10));
      await killed.close();
      const file = await newest();
      const { length } = await readFile(file);
      await truncate(file, length - missing);
      const sink = open({ fileBytesMax: 1_000 });
      await sink.write(exportRecords(10, undefined, 10));
      assert.deepEqual(await lines(), whole, `without the last ${missing} bytes`);
      // The place could not be saved either: once more, and cut in another way.
      await sink.write(exportRecords(4, undefined, 10));
      await sink.write(exportRecords(16, undefined, 14));
      await sink.close();
      assert.deepEqual(await lines(), linesOf(exportRecords(30)), `without the last ${missing} bytes`);
      for (const name of await names()) await rm(join(folder, name));
    }
  });

  it('cuts off what is no line of ours, as a machine that lost its power may leave it', async () => {
    const killed = open();
    await killed.write(exportRecords(3));
    await killed.close();
    await appendFile(await newest(), `${'\0'.repeat(5_000)}\n{"id":"9"`);
    const sink = open();
    await sink.write(exportRecords(3, undefined, 3));
    await sink.close();
    assert.deepEqual(await lines(), linesOf(exportRecords(6)));
    assert.deepEqual(told, ['cut off half a line of the export']);
  });

  it('begins a new file where the record is put back, or is another one', async () => {
    const sink = open();
    await sink.write(exportRecords(10));
    await sink.write(exportRecords(10, undefined, 10));
    await sink.write(exportRecords(5, undefined, 2));
    await sink.write(exportRecords(3, 'of another record', 2));
    await sink.close();
    const [, second, third] = await names();
    const linesIn = async (name = '') =>
      (await readFile(join(folder, name), 'utf8')).split('\n').slice(0, -1);
    assert.deepEqual(await linesIn(second), linesOf(exportRecords(5, undefined, 2)));
    assert.deepEqual(await linesIn(third), linesOf(exportRecords(3, 'of another record', 2)));
    assert.equal(told.length, 2);
  });

  it('sees what another process wrote in the meantime', async () => {
    const [one, other] = [open(), open({ fileBytesMax: 1_000 })];
    await one.write(exportRecords(10));
    await other.write(exportRecords(10, undefined, 10));
    await other.write(exportRecords(10, undefined, 20));
    await one.write(exportRecords(10, undefined, 30));
    await Promise.all([one.close(), other.close()]);
    assert.deepEqual(await lines(), linesOf(exportRecords(40)));
  });

  it('says that the folder is away, and goes on when it is back', async () => {
    await writeFile(join(folder, 'in-the-way'), '');
    const inTheWay = open({ folder: join(folder, 'in-the-way', 'export') });
    await assert.rejects(inTheWay.write(exportRecords(1)), (error) => {
      assert.ok(error instanceof UnavailableFault && error.dependency === 'export');
      return true;
    });
    await rm(join(folder, 'in-the-way'));
    await inTheWay.write(exportRecords(1));
    await inTheWay.close();
  });
});
