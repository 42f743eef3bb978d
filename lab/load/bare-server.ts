import { createServer, type Server, type Socket } from 'node:net';

export type BareServerOptions = {
  /** Called with each answer's number before it leaves; what it returns is how long to hold all answers back, in ms. */
  readonly stall?: (answerNo: number) => number;
  /** What every answer takes besides. */
  readonly delayMs?: number;
};

const ANSWER = Buffer.from(
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
);
const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * A server that reads requests and answers each with the same bytes: the least that a server can do, so
 * that what a generator reaches against it is the generator's own limit. It understands requests with a
 * Content-Length, one at a time on a connection.
 */
export function createBareServer({ stall, delayMs = 0 }: BareServerOptions = {}): Server {
  let answers = 0;
  let heldUntilMs = 0;
  const answer = (socket: Socket) => {
    const holdMs = stall?.(answers++) ?? 0;
    const now = performance.now();
    if (holdMs > 0) heldUntilMs = Math.max(heldUntilMs, now + holdMs);
    const waitMs = Math.max(0, heldUntilMs - now) + delayMs;
    if (waitMs > 0) setTimeout(() => socket.write(ANSWER), waitMs);
    else socket.write(ANSWER);
  };
  return createServer({ noDelay: true }, (socket) => {
    let rest: Buffer | undefined;
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes: Buffer) => {
      const data = rest ? Buffer.concat([rest, bytes]) : bytes;
      rest = data.length < requestLength(data) ? data : undefined;
      if (!rest) answer(socket);
    });
  });
}

function requestLength(data: Buffer): number {
  const headEnd = data.indexOf(HEAD_END);
  if (headEnd < 0) return Number.POSITIVE_INFINITY;
  if (data[0] === 0x47) return headEnd + 4;
  const length = /\r\ncontent-length: *(\d+)/i.exec(data.toString('latin1', 0, headEnd))?.[1];
  return headEnd + 4 + Number(length ?? 0);
}
