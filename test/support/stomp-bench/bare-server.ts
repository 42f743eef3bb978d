/**
 * The control: WebSocket and STOMP as far as the measurements need them and no further, over sockets and without a check.
 * What it does not reach, no server of Node does on this machine.
 */
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** All clients send the same key. */
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';
const subscribers = new Map<string, Set<Socket>>();

function wrapped(payload: Buffer): Buffer {
  const { length } = payload;
  const head = length < 126 ? [0x81, length] : [0x81, 126, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(head), payload]);
}

const CONNECTED = wrapped(Buffer.from('CONNECTED\nversion:1.2\n\n\0'));

function destinationOf(frame: Buffer): string {
  const text = frame.toString('latin1', 0, 200);
  return /destination:(.*)/.exec(text)?.[1] ?? '';
}

/** What one read brought for each topic goes out in one write. */
function work(socket: Socket, data: Buffer): Buffer {
  const toSend = new Map<string, Buffer[]>();
  let at = 0;
  while (data.length - at >= 8) {
    let length = (data[at + 1] as number) & 127;
    const head = length === 126 ? 8 : 6;
    if (length === 126) length = data.readUInt16BE(at + 2);
    const end = at + head + length;
    if (end > data.length) break;
    take(socket, data.subarray(at + head, end), toSend);
    at = end;
  }
  for (const [destination, messages] of toSend) {
    const bytes = Buffer.concat(messages);
    for (const one of subscribers.get(destination) ?? []) one.write(bytes);
  }
  return data.subarray(at);
}

function take(socket: Socket, frame: Buffer, toSend: Map<string, Buffer[]>): void {
  const letters = frame.toString('latin1', 0, 2);
  if (letters === 'CO') return void socket.write(CONNECTED);
  if (letters === 'SU') {
    const destination = destinationOf(frame);
    subscribers.set(destination, (subscribers.get(destination) ?? new Set()).add(socket));
    return;
  }
  const receipt = frame.indexOf('\nreceipt:');
  if (receipt >= 0) {
    const id = frame.toString('latin1', receipt + 9, frame.indexOf(10, receipt + 1));
    socket.write(wrapped(Buffer.from(`RECEIPT\nreceipt-id:${id}\n\n\0`)));
  }
  if (subscribers.size === 0) return;
  const destination = destinationOf(frame);
  const message = Buffer.concat([
    Buffer.from('MESSAGE\nsubscription:sub-0\nmessage-id:1\n'),
    frame.subarray(5),
  ]);
  toSend.set(destination, [...(toSend.get(destination) ?? []), wrapped(message)]);
}

const server = createServer();
server.on('upgrade', (_request, socket: Socket) => {
  socket.setNoDelay(true);
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${ACCEPT}\r\nSec-WebSocket-Protocol: v12.stomp\r\n\r\n`,
  );
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.from(work(socket, rest.length === 0 ? chunk : Buffer.concat([rest, chunk])));
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    for (const [destination, sockets] of subscribers)
      if (sockets.delete(socket) && sockets.size === 0) subscribers.delete(destination);
  });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('message', () => {
  globalThis.gc?.();
  process.send?.('collected');
});
process.on('disconnect', () => process.exit(0));
