import { isUtf8 } from 'node:buffer';
import type { Encoder, LiveMessage } from '../message.ts';
import type { Encoded } from '../outbox.ts';
import { escapeHeader } from './escape.ts';
import type { StompVersion } from './frame.ts';

const EMPTY = Buffer.alloc(0);

/** Headers of SEND that belong to that frame or that only the server may set. */
const NOT_PASSED_ON: ReadonlySet<string> = new Set([
  'destination',
  'receipt',
  'transaction',
  'content-length',
  'message-id',
  'subscription',
  'ack',
  'event',
  'offset',
  'recovered',
  'redelivered',
  'authorization',
  'passcode',
  'login',
]);

export function isPassedOn(name: string): boolean {
  return !NOT_PASSED_ON.has(name.toLowerCase());
}

/** What is the same of a message for all subscribers of a version: all of its frame but for {@link messageHead}. */
export const MESSAGE_REST: Readonly<Record<StompVersion, Encoder<Encoded>>> = {
  '1.0': (message) => encodeRest(message, '1.0'),
  '1.1': (message) => encodeRest(message, '1.1'),
  '1.2': (message) => encodeRest(message, '1.2'),
};

function encodeRest(message: LiveMessage, version: StompVersion): Encoded {
  const { id, isPlace, event, headers, body } = message;
  let head = line('message-id', id, version);
  if (isPlace) head += line('offset', id, version);
  if (event !== undefined) head += `${line('event', event, version)}content-type:application/json\n`;
  for (const [name, value] of headers ?? []) if (isPassedOn(name)) head += line(name, value, version);
  return { bytes: frameOf(`${head}content-length:${body.length}\n\n`, body), isText: isUtf8(body) };
}

/** Clients number their subscriptions in the same way, so that few heads serve many; at the bound all are forgotten. */
const SHARED_HEADS_MAX = 1_000;
const sharedHeads = new Map<string, Buffer>();

/** One buffer for all subscriptions of the same id to the same destination: by that equal frames are known. */
export function sharedMessageHead(subscription: string, destination: string, version: StompVersion): Buffer {
  const name = `${version} ${destination} ${subscription}`;
  const known = sharedHeads.get(name);
  if (known !== undefined) return known;
  if (sharedHeads.size >= SHARED_HEADS_MAX) sharedHeads.clear();
  const head = messageHead({ subscription, destination }, version);
  sharedHeads.set(name, head);
  return head;
}

/** The beginning of a MESSAGE frame, whose end is {@link MESSAGE_REST}. */
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
  // CONNECTED is read by the rules of 1.0 (1.2, CONNECT).
  const rules = command === 'CONNECTED' ? '1.0' : version;
  const bytes = Buffer.from(body);
  const type = bytes.length > 0 ? { 'content-type': 'text/plain' } : {};
  return encodeAny(command, { headers: { ...headers, ...type }, body: bytes }, rules);
}

/** A frame of either side, as it is. */
export function encodeAny(
  command: string,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body?: Buffer },
  rules: StompVersion,
): Buffer {
  let head = `${command}\n`;
  for (const [name, value] of Object.entries(headers)) head += line(name, value, rules);
  if (body !== undefined && body.length > 0) head += `content-length:${body.length}\n`;
  return frameOf(`${head}\n`, body ?? EMPTY);
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
