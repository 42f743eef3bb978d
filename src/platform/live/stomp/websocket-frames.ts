import { bytesOf, type OutFrame } from '../outbox.ts';

const FINAL_TEXT = 0x81;
const FINAL_BINARY = 0x82;

/** Puts frames of STOMP into one buffer, each as a message of WebSocket without mask (RFC 6455, section 5.2). */
export function wrapForWebSocket(frames: readonly OutFrame[]): Buffer {
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
