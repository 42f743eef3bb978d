import { unescapeHeader } from './escape.ts';
import {
  CLIENT_SIDE,
  type ClientCommand,
  type Frame,
  type Side,
  StompError,
  type StompVersion,
} from './frame.ts';

const NUL = 0;
const LF = 10;
const CR = 13;
const COMMAND_BYTES_MAX = 32;
const HEADER_BYTES_MAX = 8_192;
const HEADERS_MAX = 100;
const HEAD_BYTES_MAX = 32_768;
const EMPTY = Buffer.alloc(0);
/** A grown buffer goes back when it is empty: one large frame must not cost a connection its size for good. */
const KEPT_BYTES_MAX = 16_384;

export type ParserOptions<C extends string = ClientCommand> = {
  readonly onFrame: (frame: Frame<C>) => void;
  /** How many bytes the body of this frame may have. */
  readonly bodyBytesMax: (headers: ReadonlyMap<string, string>) => number;
};

type Head<C> = {
  readonly command: C;
  readonly headers: ReadonlyMap<string, string>;
  /** Where the head gives it; of a frame that has no body 0. */
  readonly bodyLength: number | undefined;
  readonly bodyBytesMax: number;
};

/**
 * Takes the bytes of one side in pieces of any size and hands over frames, the same whatever the pieces. Line ends
 * between frames are heart-beats and leave nothing behind. Bounded: what is kept of an unfinished frame is at most a
 * head and a body of the allowed size.
 *
 * A head that is equal to the one before, byte for byte, is not read again: most senders repeat themselves.
 */
export class StompParser<C extends string = ClientCommand> {
  /** Heads are read by the rules of 1.2 until the session says otherwise: CONNECT is never escaped. */
  version: StompVersion = '1.2';
  readonly #options: ParserOptions<C>;
  readonly #side: Side<C>;
  /** What arrived of an unfinished frame: the first `#kept` bytes of a buffer that grows. */
  #buffer: Buffer = EMPTY;
  #kept = 0;
  /** How far the unfinished head was looked through, and where its present line begins. */
  #scanned = 0;
  #lineStart = 0;
  #lines = 0;
  #head: Head<C> | undefined;
  #lastHeadBytes: Buffer = EMPTY;
  #lastHead: Head<C> | undefined;

  constructor(options: ParserOptions<C>, side: Side<C> = CLIENT_SIDE as unknown as Side<C>) {
    this.#options = options;
    this.#side = side;
  }

  /** @throws StompError on what is no STOMP or too large; nothing may be fed after that */
  feed(chunk: Buffer): void {
    let data = chunk;
    const isKept = this.#kept > 0;
    if (isKept) data = this.#append(chunk);
    let start = 0;
    for (;;) {
      const end = this.#take(data, start, isKept);
      if (end < 0) break;
      start = end;
    }
    this.#keep(data, start, isKept);
  }

  #append(chunk: Buffer): Buffer {
    const needed = this.#kept + chunk.length;
    if (this.#buffer.length < needed) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
      this.#buffer.copy(grown, 0, 0, this.#kept);
      this.#buffer = grown;
    }
    chunk.copy(this.#buffer, this.#kept);
    this.#kept = needed;
    return this.#buffer.subarray(0, needed);
  }

  #keep(data: Buffer, start: number, isKept: boolean): void {
    const rest = data.length - start;
    if (isKept) {
      if (start > 0) this.#buffer.copy(this.#buffer, 0, start, data.length);
      this.#kept = rest;
      if (rest === 0 && this.#buffer.length > KEPT_BYTES_MAX) this.#buffer = EMPTY;
    } else if (rest > 0) {
      this.#append(data.subarray(start));
    }
  }

  /** Takes one frame that begins at `start`. @returns where it ends, -1 where it is not all there */
  #take(data: Buffer, start: number, isKept: boolean): number {
    let at = start;
    if (this.#head === undefined) {
      if (this.#scanned === 0) {
        while (data[at] === LF || (data[at] === CR && data[at + 1] === LF)) at += data[at] === LF ? 1 : 2;
        // A carriage return at the end of a piece may be the first half of a line end.
        const isUnclear = at === data.length || (data[at] === CR && at + 1 === data.length);
        if (isUnclear) return at > start ? at : -1;
      }
      const bodyStart = this.#takeHead(data, at);
      if (bodyStart < 0) return at > start ? at : -1;
      at = bodyStart;
      // From here on the frame's head is known, and what is kept begins with the body.
      this.#scanned = 0;
      this.#lineStart = 0;
      this.#lines = 0;
    }
    const head = this.#head as unknown as Head<C>;
    const bodyEnd = this.#findBodyEnd(data, at, head);
    if (bodyEnd < 0) return at > start ? at : -1;
    const body = data.subarray(at, bodyEnd);
    this.#head = undefined;
    this.#scanned = 0;
    const { command, headers } = head;
    this.#options.onFrame({ command, headers, body: isKept ? Buffer.from(body) : body });
    return bodyEnd + 1;
  }

  #takeHead(data: Buffer, start: number): number {
    const { length } = this.#lastHeadBytes;
    if (this.#scanned === 0 && length > 0 && data.length - start >= length) {
      if (data.compare(this.#lastHeadBytes, 0, length, start, start + length) === 0) {
        this.#head = this.#lastHead;
        return start + length;
      }
    }
    const end = this.#scanHead(data, start);
    if (end < 0) return -1;
    const head = this.#withBodyLength(readHead(data.subarray(start, end), this.#side, this.version));
    this.#head = head;
    if (this.#side.hasBody(head.command)) {
      this.#lastHead = head;
      this.#lastHeadBytes = Buffer.from(data.subarray(start, end));
    }
    return end;
  }

  /** Looks for the empty line, from where it was left. Positions are counted from `start`. */
  #scanHead(data: Buffer, start: number): number {
    for (;;) {
      const found = data.indexOf(LF, start + this.#scanned);
      const end = (found < 0 ? data.length : found) - start;
      const lineBytes = end - this.#lineStart;
      if (lineBytes > (this.#lines === 0 ? COMMAND_BYTES_MAX : HEADER_BYTES_MAX))
        throw new StompError(
          this.#lines === 0 ? 'frame_malformed' : 'frame_too_large',
          this.#lines === 0 ? 'A frame begins with no command of STOMP.' : 'A header is too long.',
        );
      if (end > HEAD_BYTES_MAX) throw new StompError('frame_too_large', 'The headers are too long.');
      this.#scanned = end;
      if (found < 0) return -1;
      this.#scanned = end + 1;
      if (lineBytes === 0 || (lineBytes === 1 && data[found - 1] === CR)) return found + 1;
      this.#lines += 1;
      this.#lineStart = end + 1;
      if (this.#lines > HEADERS_MAX + 1)
        throw new StompError('frame_too_large', 'There are too many headers.');
    }
  }

  /** Once for all equal heads: to look a destination up takes longer than all else of a frame. */
  #withBodyLength({ command, headers }: Pick<Head<C>, 'command' | 'headers'>): Head<C> {
    const text = headers.get('content-length');
    if (text !== undefined && !/^\d{1,10}$/.test(text))
      throw new StompError('frame_malformed', 'content-length is no number of bytes.');
    const hasBody = this.#side.hasBody(command);
    const bodyLength = text === undefined ? (hasBody ? undefined : 0) : Number(text);
    return { command, headers, bodyLength, bodyBytesMax: hasBody ? this.#options.bodyBytesMax(headers) : 0 };
  }

  /** @returns where the NUL is that ends the frame, -1 where it is not there yet */
  #findBodyEnd(data: Buffer, at: number, { command, bodyLength, bodyBytesMax: max }: Head<C>): number {
    if (bodyLength !== undefined) {
      if (bodyLength > max)
        throw this.#side.hasBody(command)
          ? new StompError('frame_too_large', `The body is longer than the ${max} bytes allowed here.`)
          : new StompError('frame_malformed', 'This command has no body.');
      const end = at + bodyLength;
      if (end >= data.length) return -1;
      if (data[end] !== NUL) throw new StompError('frame_malformed', 'There is no NUL where the body ends.');
      return end;
    }
    const end = data.indexOf(NUL, at + this.#scanned);
    this.#scanned = (end < 0 ? data.length : end) - at;
    if (this.#scanned > max)
      throw new StompError('frame_too_large', `The body is longer than the ${max} bytes allowed here.`);
    return end;
  }
}

function readHead<C extends string>(
  data: Buffer,
  side: Side<C>,
  version: StompVersion,
): Pick<Head<C>, 'command' | 'headers'> {
  let text = data.toString('latin1');
  // Pure ASCII, as most heads are, reads the same in both.
  if (/[^\0-\x7f]/.test(text)) text = data.toString('utf8');
  if (text.includes('\0')) throw new StompError('frame_malformed', 'A NUL stands in the headers.');
  const lines = text.split('\n');
  const command = withoutReturn(lines[0] as string);
  if (!side.knows(command))
    throw new StompError('frame_malformed', 'A frame begins with no command of STOMP.');
  // CONNECT keeps to 1.0 on the wire, and its version is not known yet (1.2, CONNECT).
  const rules = side.isUnescaped(command) ? '1.0' : version;
  const headers = new Map<string, string>();
  for (let index = 1; index < lines.length - 2; index += 1)
    addHeader(headers, withoutReturn(lines[index] as string), rules);
  return { command, headers };
}

function addHeader(headers: Map<string, string>, line: string, version: StompVersion): void {
  const colon = line.indexOf(':');
  if (colon <= 0) throw new StompError('frame_malformed', 'A header has no name or no value.');
  const name = unescapeHeader(line.slice(0, colon), version);
  const value = unescapeHeader(line.slice(colon + 1), version);
  if (!headers.has(name)) headers.set(name, version === '1.0' ? value.trim() : value);
}

/** 1.2 ends lines with CR LF as well; clients of 1.0 and 1.1 that do mean the same. */
function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
