import type { FileHandle } from 'node:fs/promises';
import type { ExportRecord } from '../../modules/export/index.ts';

/** A file of the export, with its last lines. */
export type FoundFile = {
  readonly name: string;
  /** Up to the end of the last whole line. */
  readonly size: number;
  /** Those that one call wrote, or more, by the id of their event, in their order. */
  readonly lines: ReadonlyMap<string, Pick<ExportRecord, 'position' | 'json'>>;
};

const CHUNK_BYTES = 256 * 1024;
/** The events of one position come together, so that a call may have as many more than was asked for. */
const OF_ONE_POSITION_MAX = 500;
const NEWLINE = 0x0a;

/** Reads the last lines of a file, up to what is no whole line of ours. */
export async function readEnd(handle: FileHandle, batchMax: number): Promise<Omit<FoundFile, 'name'>> {
  const bytes = await lastLines(handle, batchMax + OF_ONE_POSITION_MAX);
  const { size } = await handle.stat();
  const lines = new Map<string, Pick<ExportRecord, 'position' | 'json'>>();
  let begin = 0;
  for (;;) {
    const end = bytes.indexOf(NEWLINE, begin);
    const json = end < 0 ? '' : bytes.subarray(begin, end).toString();
    const read = parse(json);
    if (!read) return { size: size - bytes.length + begin, lines };
    lines.set(read.id, { position: read.position, json });
    begin = end + 1;
  }
}

/** From the beginning of a line on, with so many lines as there are, or more. */
async function lastLines(handle: FileHandle, count: number): Promise<Buffer> {
  const { size } = await handle.stat();
  let from = size;
  let bytes = Buffer.alloc(0);
  let newlines = 0;
  while (from > 0 && newlines <= count) {
    const length = Math.min(CHUNK_BYTES, from);
    const chunk = Buffer.alloc(length);
    from -= length;
    await readFully(handle, chunk, from);
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) newlines += 1;
    bytes = Buffer.concat([chunk, bytes]);
  }
  return from === 0 ? bytes : bytes.subarray(bytes.indexOf(NEWLINE) + 1);
}

async function readFully(handle: FileHandle, buffer: Buffer, position: number): Promise<void> {
  for (let done = 0; done < buffer.length; ) {
    const { bytesRead } = await handle.read(buffer, done, buffer.length - done, position + done);
    if (bytesRead === 0) throw new Error('a file of the export became shorter while it was read');
    done += bytesRead;
  }
}

function parse(line: string): { readonly id: string; readonly position: number } | undefined {
  try {
    const { id, storeposition } = JSON.parse(line) as { id?: unknown; storeposition?: unknown };
    return typeof id === 'string' ? { id, position: Number(storeposition) } : undefined;
  } catch {
    return undefined;
  }
}
