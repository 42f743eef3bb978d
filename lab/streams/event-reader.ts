/** One event of a stream, as far as it was looked at. */
export type StreamedEvent = {
  /** The beginning of its text: `id` and `event` stand there. */
  readonly head: string;
  readonly bytes: number;
  /** The whole text, where the reader keeps it. */
  readonly text: string | undefined;
};

export type EventReaderOptions = {
  readonly keepsText: boolean;
  readonly onStatus: (status: number) => void;
  readonly onEvent: (event: StreamedEvent) => void;
};

const HEAD_END = '\r\n\r\n';
const EVENT_END = Buffer.from('\n\n');
const NEWLINE = 10;
/** Enough for the id and the name of an event. */
const HEAD_BYTES = 160;
const HTTP_HEAD_BYTES_MAX = 16_384;

/**
 * Reads an HTTP/1.1 answer that is an event stream (WHATWG HTML, section 9.2), in chunks or to the end of the
 * connection. Thousands of them are read beside the system on the same processors, so bodies are passed over by
 * searching for their ends, and only who asks for the text gets one.
 */
export class EventReader {
  readonly #options: EventReaderOptions;
  #httpHead: string | undefined = '';
  /** Undefined: the body has no chunks. */
  #chunkLeft: number | undefined;
  #sizeLine = '';
  #head = '';
  #bytes = 0;
  #text: string[] = [];
  #endsWithNewline = false;

  constructor(options: EventReaderOptions) {
    this.#options = options;
  }

  /** @throws Error on what is no HTTP */
  push(bytes: Buffer): void {
    const at = this.#httpHead === undefined ? 0 : this.#readHttpHead(bytes);
    if (at === undefined) return;
    if (this.#chunkLeft === undefined) this.#readBody(at === 0 ? bytes : bytes.subarray(at));
    else this.#readChunks(bytes, at);
  }

  /** @returns where the body begins in these bytes; undefined when it has not yet */
  #readHttpHead(bytes: Buffer): number | undefined {
    const before = this.#httpHead ?? '';
    const text = before + bytes.toString('latin1');
    const end = text.indexOf(HEAD_END);
    if (end < 0) {
      if (text.length > HTTP_HEAD_BYTES_MAX) throw new Error('an endless head');
      this.#httpHead = text;
      return undefined;
    }
    const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
    if (status === undefined) throw new Error(`no HTTP/1.1 answer: ${text.slice(0, 40)}`);
    if (/^transfer-encoding: *chunked/im.test(text.slice(0, end))) this.#chunkLeft = 0;
    this.#httpHead = undefined;
    this.#options.onStatus(Number(status));
    return end + HEAD_END.length - before.length;
  }

  #readChunks(bytes: Buffer, from: number): void {
    for (let at = from; at < bytes.length; ) {
      if (this.#chunkLeft === 0) {
        at = this.#readSize(bytes, at);
        continue;
      }
      const end = Math.min(bytes.length, at + this.#chunkLeft!);
      this.#readBody(bytes.subarray(at, end));
      this.#chunkLeft! -= end - at;
      at = end;
    }
  }

  /** The line before a chunk, with the end of the chunk before it. @returns where it ends */
  #readSize(bytes: Buffer, from: number): number {
    const newline = bytes.indexOf(NEWLINE, from);
    const end = newline < 0 ? bytes.length : newline;
    this.#sizeLine += bytes.toString('latin1', from, end).trimEnd();
    if (newline < 0) return end;
    if (this.#sizeLine !== '') {
      this.#chunkLeft = Number.parseInt(this.#sizeLine, 16);
      if (Number.isNaN(this.#chunkLeft)) throw new Error('a chunk without a size');
      this.#sizeLine = '';
    }
    return newline + 1;
  }

  #readBody(bytes: Buffer): void {
    let at = 0;
    if (this.#endsWithNewline && bytes[0] === NEWLINE) at = this.#finish(bytes, 0, 1);
    while (at < bytes.length) {
      const end = bytes.indexOf(EVENT_END, at);
      if (end < 0) {
        this.#take(bytes, at, bytes.length);
        this.#endsWithNewline = bytes.at(-1) === NEWLINE;
        return;
      }
      at = this.#finish(bytes, at, end + EVENT_END.length);
    }
  }

  #finish(bytes: Buffer, from: number, end: number): number {
    this.#take(bytes, from, end);
    const text = this.#options.keepsText ? this.#text.join('') : undefined;
    const event = { head: this.#head, bytes: this.#bytes, text };
    this.#head = '';
    this.#bytes = 0;
    this.#text = [];
    this.#endsWithNewline = false;
    // Comments are signs of life, and `retry` alone is no event.
    if (event.head.startsWith('id:') || event.head.startsWith('event:')) this.#options.onEvent(event);
    return end;
  }

  #take(bytes: Buffer, from: number, end: number): void {
    this.#bytes += end - from;
    const missing = HEAD_BYTES - this.#head.length;
    if (missing > 0) this.#head += bytes.toString('latin1', from, Math.min(end, from + missing));
    // What is cut in the middle of a character would be spoilt; the texts that are kept are of ASCII.
    if (this.#options.keepsText) this.#text.push(bytes.toString('latin1', from, end));
  }
}

/** `id` and `event` of an event, from its head. */
export function nameOf(head: string): { readonly id: string; readonly event: string } {
  const found = /^id: (.*)\nevent: (.*)\n/.exec(head);
  return { id: found?.[1] ?? '', event: found?.[2] ?? '' };
}

/** The data of an event of one line. */
export function dataOf(text: string): unknown {
  return JSON.parse(text.slice(text.indexOf('\ndata: ') + '\ndata: '.length));
}
