import { bytesOf, type OutFrame } from '../outbox.ts';

const FINAL_TEXT = 0x81;
const FINAL_BINARY = 0x82;

/** Frames for one connection, and their bytes. */
type Batch = { readonly frames: readonly OutFrame[]; readonly bytes: Buffer };

/** What was wrapped last: who follows a topic as others do gets the same bytes in the same tick. */
let last: Batch = { frames: [], bytes: Buffer.alloc(0) };

/**
 * Puts frames of STOMP into one buffer, each as a message of WebSocket without mask (RFC 6455, section 5.2). The bytes
 * may be shared by connections, and are never changed.
 */
export function wrapForWebSocket(frames: readonly OutFrame[]): Buffer {
  if (!isEqual(frames, last.frames)) last = { frames, bytes: wrap(frames) };
  return last.bytes;
}

function isEqual(frames: readonly OutFrame[], others: readonly OutFrame[]): boolean {
  if (frames.length !== others.length) return false;
  for (let index = 0; index < frames.length; index += 1) {
    const [one, other] = [frames[index] as OutFrame, others[index] as OutFrame];
    if (one.rest !== other.rest || one.head !== other.head) return false;
  }
  return true;
}

function wrap(frames: readonly OutFrame[]): Buffer {
  let total = 0;
  for (const frame of frames) {
    const length = bytesOf(frame);
    total += length + headBytes(length);
  }
  const buffer = Buffer.allocUnsafe(total);
  let at = 0;
  for (const frame of frames) {
    at = writeHead(buffer, at, frame);
    at = copyFrame(buffer, at, frame);
  }
  return buffer;
}

/** The same for TCP, where frames follow each other as they are. */
export function joinForTcp(frames: readonly OutFrame[]): Buffer {
  let total = 0;
  for (const frame of frames) total += bytesOf(frame);
  const buffer = Buffer.allocUnsafe(total);
  let at = 0;
  for (const frame of frames) at = copyFrame(buffer, at, frame);
  return buffer;
}

function headBytes(length: number): number {
  if (length < 126) return 2;
  return length < 65_536 ? 4 : 10;
}

function writeHead(buffer: Buffer, at: number, frame: OutFrame): number {
  const length = bytesOf(frame);
  buffer[at] = frame.rest.isText ? FINAL_TEXT : FINAL_BINARY;
  if (length < 126) {
    buffer[at + 1] = length;
    return at + 2;
  }
  if (length < 65_536) {
    buffer[at + 1] = 126;
    buffer.writeUInt16BE(length, at + 2);
    return at + 4;
  }
  buffer[at + 1] = 127;
  buffer.writeUInt32BE(0, at + 2);
  buffer.writeUInt32BE(length, at + 6);
  return at + 10;
}

function copyFrame(buffer: Buffer, at: number, { head, rest }: OutFrame): number {
  let end = at;
  if (head !== undefined) end += head.copy(buffer, end);
  return end + rest.bytes.copy(buffer, end);
}
