/**
 * Reads HTTP/1.1 responses out of a byte stream (RFC 9112), as much as a load generator needs: status,
 * a few headers, bodies by Content-Length or chunks. A full client spends five times as long on each
 * answer, and then measures itself.
 */
export type HttpAnswer = {
  readonly status: number;
  /** Header lines as they came, without the status line. */
  readonly head: string;
  readonly body: Buffer;
  /** False when the server ends the connection after this answer. */
  readonly keepAlive: boolean;
};

const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');
const EMPTY = Buffer.alloc(0);

export class ResponseParser {
  #rest: Buffer = EMPTY;

  /** Bytes that belong to an answer that is not whole yet. */
  get pending(): number {
    return this.#rest.length;
  }

  /** Takes the next bytes; calls back for every answer that they complete. @throws Error on what is no HTTP */
  push(bytes: Buffer, onAnswer: (answer: HttpAnswer) => void): void {
    let data = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    for (;;) {
      const read = readAnswer(data);
      if (read === undefined) break;
      data = data.subarray(read.length);
      // 1xx answers announce the real one.
      if (read.answer.status >= 200) onAnswer(read.answer);
    }
    this.#rest = data;
  }
}

function readAnswer(data: Buffer): { answer: HttpAnswer; length: number } | undefined {
  const headEnd = data.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const text = data.toString('latin1', 0, headEnd);
  const statusEnd = text.indexOf('\r\n');
  const statusLine = statusEnd < 0 ? text : text.slice(0, statusEnd);
  if (!statusLine.startsWith('HTTP/1.1 ')) throw new Error(`no HTTP/1.1 answer: ${statusLine.slice(0, 40)}`);
  const status = Number(statusLine.slice(9, 12));
  const head = statusEnd < 0 ? '' : text.slice(statusEnd + 2);
  const body = readBody(data, headEnd + HEAD_END.length, head, status);
  if (body === undefined) return undefined;
  const keepAlive = !/^connection: *close/im.test(head);
  return { answer: { status, head, body: body.bytes, keepAlive }, length: body.end };
}

type Body = { readonly bytes: Buffer; readonly end: number };

function readBody(data: Buffer, start: number, head: string, status: number): Body | undefined {
  if (status === 204 || status === 304 || status < 200) return { bytes: EMPTY, end: start };
  const length = headerOf(head, 'content-length');
  if (length !== undefined) {
    const end = start + Number(length);
    return data.length < end ? undefined : { bytes: data.subarray(start, end), end };
  }
  if (headerOf(head, 'transfer-encoding') === 'chunked') return readChunks(data, start);
  throw new Error('an answer without Content-Length that is not chunked');
}

function readChunks(data: Buffer, start: number): Body | undefined {
  const chunks: Buffer[] = [];
  let at = start;
  for (;;) {
    const lineEnd = data.indexOf(LINE_END, at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(data.toString('latin1', at, lineEnd), 16);
    if (Number.isNaN(size)) throw new Error('a chunk without a size');
    const next = lineEnd + 2 + size + 2;
    if (data.length < next) return undefined;
    if (size === 0) return { bytes: Buffer.concat(chunks), end: next };
    chunks.push(data.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}

/** The value of a header, by its name in lower case. */
export function headerOf(head: string, name: string): string | undefined {
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon === name.length && line.slice(0, colon).toLowerCase() === name)
      return line.slice(colon + 1).trim();
  }
  return undefined;
}
