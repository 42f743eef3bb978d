import { isUtf8 } from 'node:buffer';
import { escapeHeader } from './escape.ts';
import type { StompVersion } from './frame.ts';

/** Headers of SEND that belong to that frame or that only the server may set. */
const NOT_PASSED_ON: ReadonlySet<string> = new Set([
  'destination',
  'receipt',
  'transaction',
  'content-length',
  'message-id',
  'subscription',
  'ack',
  'offset',
  'recovered',
  'redelivered',
  'authorization',
  'passcode',
  'login',
]);

type MessageOptions = {
  readonly id: string;
  readonly destination: string;
  readonly body: Buffer;
  /** Of the SEND; what is not to be passed on is left out. */
  readonly headers?: ReadonlyMap<string, string>;
  /** `epoch.offset` of its topic, with which a subscriber resumes. */
  readonly offset?: string;
};

/** Bytes that go out as they are, and whether they are UTF-8 throughout, as a text message of WebSocket must be. */
export type Encoded = { readonly bytes: Buffer; readonly isText: boolean };

/**
 * A message on its way to many: what is the same for all subscribers is encoded once for each version of STOMP, and
 * each delivery begins with the few headers that are its own.
 */
export class Message {
  readonly id: string;
  readonly destination: string;
  readonly body: Buffer;
  readonly offset: string | undefined;
  readonly #headers: ReadonlyMap<string, string> | undefined;
  readonly #byVersion = new Map<StompVersion, Encoded>();

  constructor({ id, destination, body, headers, offset }: MessageOptions) {
    this.id = id;
    this.destination = destination;
    this.body = body;
    this.offset = offset;
    this.#headers = headers;
  }

  /** Roughly what the message takes in memory. */
  get bytes(): number {
    return this.body.length + this.destination.length + 200;
  }

  /** The shared rest of the frame, its NUL included. */
  rest(version: StompVersion): Encoded {
    let rest = this.#byVersion.get(version);
    if (rest === undefined) {
      rest = this.#encode(version);
      this.#byVersion.set(version, rest);
    }
    return rest;
  }

  #encode(version: StompVersion): Encoded {
    let head = line('message-id', this.id, version) + line('destination', this.destination, version);
    if (this.offset !== undefined) head += line('offset', this.offset, version);
    for (const [name, value] of this.#headers ?? [])
      if (!NOT_PASSED_ON.has(name.toLowerCase())) head += line(name, value, version);
    const bytes = frameOf(`${head}content-length:${this.body.length}\n\n`, this.body);
    return { bytes, isText: isUtf8(this.body) };
  }
}

/** The beginning of a MESSAGE frame, whose end is {@link Message.rest}. */
export function messageHead(headers: Readonly<Record<string, string>>, version: StompVersion): Buffer {
  let head = 'MESSAGE\n';
  for (const [name, value] of Object.entries(headers)) head += line(name, value, version);
  return Buffer.from(head);
}

/** A whole frame of the server other than MESSAGE. */
export function encodeFrame(
  command: 'CONNECTED' | 'RECEIPT' | 'ERROR',
  headers: Readonly<Record<string, string>>,
  { version, body = '' }: { readonly version: StompVersion; readonly body?: string },
): Buffer {
  let head = `${command}\n`;
  // CONNECTED is read by the rules of 1.0 (1.2, CONNECT).
  const rules = command === 'CONNECTED' ? '1.0' : version;
  for (const [name, value] of Object.entries(headers)) head += line(name, value, rules);
  const bytes = Buffer.from(body);
  if (bytes.length > 0) head += `content-type:text/plain\ncontent-length:${bytes.length}\n`;
  return frameOf(`${head}\n`, bytes);
}

function line(name: string, value: string, version: StompVersion): string {
  return `${escapeHeader(name, version)}:${escapeHeader(value, version)}\n`;
}

function frameOf(head: string, body: Buffer): Buffer {
  const headBytes = Buffer.byteLength(head);
  const frame = Buffer.allocUnsafe(headBytes + body.length + 1);
  frame.write(head);
  body.copy(frame, headBytes);
  frame[frame.length - 1] = 0;
  return frame;
}
