import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Fault } from '../../../kernel/faults.ts';

/**
 * The file of a backup, compressed by gzip:
 *
 *     {"format":"firstcome backup","formatVersion":1,…}   what it holds, in one line
 *     <a line for each row, as COPY writes text>          the first table
 *     \.
 *     …                                                    every other table
 *     {"rows":123456}                                      the end: without it the file was cut off
 *
 * No row is the line `\.`, since COPY escapes each backslash.
 */
export type BackupHeader = {
  readonly format: typeof FORMAT;
  readonly formatVersion: typeof FORMAT_VERSION;
  /** Of the program that made it. */
  readonly version: string;
  readonly createdAt: string;
  /** What had run on the database: a restore brings an empty schema to this state before it fills it. */
  readonly migrations: readonly { readonly name: string; readonly digest: string }[];
  /** In an order in which each comes after those that it refers to. */
  readonly tables: readonly BackupTable[];
};

export type BackupTable = {
  readonly name: string;
  readonly columns: readonly string[];
  /** Where the numbers of its identity column go on. */
  readonly identity?: { readonly column: string; readonly last: number };
};

export type BackupEnd = { readonly rows: number };

export const FORMAT = 'firstcome backup';
export const FORMAT_VERSION = 1;
export const END_OF_TABLE = '\\.\n';

/** A header of a few hundred tables fits; what is longer is no backup. */
const LINE_BYTES_MAX = 2 ** 20;
const TERMINATOR = Buffer.from(`\n${END_OF_TABLE}`);

/** Reads a backup from front to back, a part of it at a time. */
export class BackupReader {
  readonly #file: string;
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(file: string) {
    this.#file = file;
    const compressed = createReadStream(file);
    const plain = createGunzip();
    compressed.on('error', (error) => plain.destroy(error));
    this.#chunks = compressed.pipe(plain)[Symbol.asyncIterator]();
  }

  /** @throws Fault `backup_unreadable` where the file is no backup of ours */
  async header(): Promise<BackupHeader> {
    const header = (await this.#json()) as Partial<BackupHeader>;
    if (header.format !== FORMAT) throw this.#unreadable('it is no backup of firstcome');
    if (header.formatVersion !== FORMAT_VERSION)
      throw this.#unreadable(`it was made by a newer version, ${header.version}`);
    return header as BackupHeader;
  }

  /** The rows of the next table. */
  async *rows(): AsyncGenerator<Buffer> {
    // A table without rows is its terminator alone: the newline before it is the one that ends the line before.
    let rest = Buffer.concat([TERMINATOR.subarray(0, 1), this.#rest]);
    let skip = 1;
    for (;;) {
      const end = rest.indexOf(TERMINATOR);
      if (end >= 0) {
        this.#rest = rest.subarray(end + TERMINATOR.length);
        if (end + 1 > skip) yield rest.subarray(skip, end + 1);
        return;
      }
      const sure = rest.length - TERMINATOR.length;
      if (sure > skip) {
        yield rest.subarray(skip, sure);
        rest = rest.subarray(sure);
        skip = 0;
      }
      rest = Buffer.concat([rest, await this.#more()]);
    }
  }

  async end(): Promise<BackupEnd> {
    return (await this.#json()) as BackupEnd;
  }

  /** Gives the file back, also in the middle of it. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #json(): Promise<unknown> {
    let newline = this.#rest.indexOf('\n');
    while (newline < 0) {
      if (this.#rest.length > LINE_BYTES_MAX) throw this.#unreadable('it is no backup of firstcome');
      this.#rest = Buffer.concat([this.#rest, await this.#more()]);
      newline = this.#rest.indexOf('\n');
    }
    const line = this.#rest.subarray(0, newline).toString('utf8');
    this.#rest = this.#rest.subarray(newline + 1);
    try {
      return JSON.parse(line);
    } catch (cause) {
      throw this.#unreadable('it is no backup of firstcome', cause);
    }
  }

  async #more(): Promise<Buffer> {
    const next = await this.#chunks.next().catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT'
        ? new Fault('backup_missing', `There is no file ${this.#file}.`, { cause: error })
        : this.#unreadable(error.message, error);
    });
    if (next.done === true) throw this.#unreadable('it was cut off');
    return next.value;
  }

  #unreadable(why: string, cause?: unknown): Fault {
    return new Fault('backup_unreadable', `The backup ${this.#file} cannot be read: ${why}.`, { cause });
  }
}
