import { type FileHandle, mkdir, open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../kernel/clock.ts';
import { UnavailableFault } from '../../kernel/faults.ts';
import type { ExportRecord, ExportSink } from '../../modules/export/index.ts';
import { type FoundFile, readEnd } from './file-end.ts';

export type FileExportOptions = {
  readonly folder: string;
  /** A file that has reached this is followed by a new one; so is one of another day, in UTC. */
  readonly fileBytesMax: number;
  /** The oldest files beyond so many are removed. */
  readonly filesKept: number;
  /** Records of one call at most. */
  readonly batchMax: number;
  readonly clock: Clock;
  /** Hears of what people should know: a file removed, a torn line cut off, a record that begins again. */
  readonly tell: (what: string, fields: object) => void;
};

const NAME = /^events-(?<day>\d{4}-\d\d-\d\d)\.(?<number>\d{6})\.ndjson$/;

type Current = FoundFile & { readonly handle: FileHandle };

/**
 * Events as lines of JSON (NDJSON) in files that are appended to and rotated.
 *
 * Invariants:
 * - A record is on disk when `write` settles: lines, size and the name of a new file are synchronised.
 * - One after the other, the files hold the record without a gap and without a repetition, as long as they are kept. What
 *   a killed process had written beyond the place of the consumer comes again, and is known by its lines; half a line
 *   is cut off. Within a process what a failed call wrote is cut off at once.
 * - A file is never rotated within a call, so that what comes again is looked for in the last file alone.
 */
export function createFileExport(options: FileExportOptions): ExportSink {
  const files = new Files(options);
  const { tell } = options;
  let current: Current | undefined;

  const close = async () => {
    const closing = current;
    current = undefined;
    await closing?.handle.close();
  };

  /** The file to append to, as it lies on disk: another process may have written in the meantime. */
  const latest = async (): Promise<Current> => {
    const name = await files.newest();
    if (current && (current.name !== name || (await current.handle.stat()).size !== current.size))
      await close();
    current ??= name === undefined ? await files.next(undefined) : await files.reopen(name);
    return current;
  };

  const append = async (records: readonly ExportRecord[]): Promise<void> => {
    let file = await latest();
    const missing = withoutWritten(records, file.lines);
    if (missing === undefined)
      tell('the export begins again, in a new file', { position: records[0]!.position });
    if (missing?.length === 0) return;
    // A batch of which a part lies here is not torn apart.
    if (missing === undefined || (missing.length === records.length && files.isDone(file))) {
      await close();
      file = current = await files.next(file);
    }
    const size = await write(file, missing ?? records);
    current = { ...file, size, lines: new Map(records.map((record) => [record.id, record])) };
  };

  return {
    async write(records) {
      try {
        await append(records);
      } catch (cause) {
        await close().catch(() => undefined);
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new UnavailableFault('export', `the folder of the export cannot be written (${why})`, {
          cause,
        });
      }
    },
    close,
  };
}

/**
 * What is not there yet of records that may come again.
 * @returns undefined where the record was put back, or is another one: what lies there does not lead up to it
 */
function withoutWritten(
  records: readonly ExportRecord[],
  lines: FoundFile['lines'],
): readonly ExportRecord[] | undefined {
  const [first] = records;
  const last = [...lines.values()].at(-1);
  if (!first || !last || first.position > last.position) return records;
  const at = records.findIndex(({ id }) => !lines.has(id));
  const known = at < 0 ? records : records.slice(0, at);
  const isSame = known.length > 0 && known.every(({ id, json }) => lines.get(id)?.json === json);
  const missing = records.slice(known.length);
  const isNext = missing.every(({ id, position }) => !lines.has(id) && position >= last.position);
  return isSame && isNext ? missing : undefined;
}

/**
 * @returns the size with the records
 * @throws when not all of it is on disk; then as much as can be is cut off again
 */
async function write({ handle, size }: Current, records: readonly ExportRecord[]): Promise<number> {
  const bytes = Buffer.from(records.map(({ json }) => `${json}\n`).join(''));
  try {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, size + done);
      done += bytesWritten;
    }
    await handle.datasync();
  } catch (error) {
    await handle.truncate(size).catch(() => undefined);
    throw error;
  }
  return size + bytes.length;
}

/** The files of a folder, by name: that is their order. */
class Files {
  readonly #options: FileExportOptions;

  constructor(options: FileExportOptions) {
    this.#options = options;
  }

  async #names(): Promise<string[]> {
    const { folder } = this.#options;
    await mkdir(folder, { recursive: true, mode: 0o750 });
    return (await readdir(folder)).filter((name) => NAME.test(name)).toSorted();
  }

  async newest(): Promise<string | undefined> {
    return (await this.#names()).at(-1);
  }

  isDone({ name, size }: FoundFile): boolean {
    const day = NAME.exec(name)?.groups?.['day'] ?? '';
    return size >= this.#options.fileBytesMax || (size > 0 && day < this.#today());
  }

  /** Opens what another process left, or a failure of this one. */
  async reopen(name: string): Promise<Current> {
    const { folder, batchMax, tell } = this.#options;
    const handle = await open(join(folder, name), 'r+');
    try {
      const { size } = await handle.stat();
      const end = await readEnd(handle, batchMax);
      if (end.size < size) {
        await handle.truncate(end.size);
        tell('cut off half a line of the export', { file: name, bytes: size - end.size });
      }
      // What a killed process wrote may not be on disk yet.
      await handle.sync();
      return { ...end, name, handle };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Makes the file that follows, and removes the oldest. What the one before ends with is still known. */
  async next(before: FoundFile | undefined): Promise<Current> {
    const { folder, filesKept, tell } = this.#options;
    const [day, number] = before ? this.#following(before.name) : [this.#today(), 1];
    const name = `events-${day}.${String(number).padStart(6, '0')}.ndjson`;
    const handle = await open(join(folder, name), 'wx+', 0o640);
    await handle.sync();
    await syncFolder(folder);
    const names = await this.#names();
    for (const old of names.slice(0, Math.max(0, names.length - filesKept))) {
      await unlink(join(folder, old));
      tell('removed the oldest file of the export', { file: old });
    }
    return { name, handle, size: 0, lines: new Map() };
  }

  /** A clock that is behind does not put a file before those that there are. */
  #following(name: string): readonly [day: string, number: number] {
    const { day = '', number = '0' } = NAME.exec(name)?.groups ?? {};
    const today = this.#today();
    return today > day ? [today, 1] : [day, Number(number) + 1];
  }

  #today(): string {
    return new Date(this.#options.clock.now()).toISOString().slice(0, 10);
  }
}

/** A name is on disk once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
