import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Cancel, Clock } from '../../../kernel/clock.ts';
import type { Principal } from '../../auth/principal.ts';
import type { LiveMessage } from '../message.ts';
import { Outbox, type OutFrame, type Transport } from '../outbox.ts';

/** Ends a stream whose reader fell this far behind: it resumes with Last-Event-ID and misses nothing. */
const BOUNDS = { bytes: 192 * 1_024, items: 2_000 };
/** How long a reader that is ended has to take what was written. */
const LINGER_MS = 5_000;
/** Comments keep proxies from closing a quiet stream. */
const HEARTBEAT_MS = 15_000;
/** What a client waits before it reconnects. */
const RECONNECT_MS = 2_000;

export type EventStream = {
  /**
   * Writes a message, whose body is JSON, rendered once for all streams. While it waits, a later one of
   * the same `key` takes its place. @returns false where the reader is too far behind: nothing was taken
   */
  deliver(message: LiveMessage, key?: string): boolean;
  /** Ends the stream, with a last event where one is given; without an `id` it has that of the event before. */
  close(last?: LastEvent): void;
  /** Runs once when the stream ends, no matter who ended it; at once when it has. */
  onClose(run: () => void): void;
  readonly closed: boolean;
};

type LastEvent = { readonly event: string; readonly data: unknown; readonly id?: string };

export type EventStreamOptions = {
  readonly clock: Clock;
  /** The stream ends here with the event `token-expired`: the access token's end. */
  readonly expiresAt?: number;
};

/** One Server-Sent Event (WHATWG HTML, section 9.2). */
function frameEvent(event: string, data: string, id: string): OutFrame {
  return { rest: { bytes: Buffer.from(`id: ${id}\nevent: ${event}\ndata: ${data}\n\n`), isText: true } };
}

/** JSON has no line ends of its own. */
const asFrame = ({ id, event = 'message', body }: LiveMessage): OutFrame =>
  frameEvent(event, body.toString(), id);

/**
 * Takes over a reply as an event stream. Bounded: a reader that does not keep up is ended at 256 KiB unread, or
 * when something was unread at two heartbeats in a row, and comes back by itself. The stream is closed from the
 * beginning where the client has gone, where it asked with HEAD, which is answered with the head alone, and where
 * its account, its address or everybody together has too many open, which is answered with a refusal.
 */
export function openEventStream(
  request: FastifyRequest,
  reply: FastifyReply,
  options: EventStreamOptions,
): EventStream {
  const { streamLimits } = request.server;
  const leave = streamLimits ? streamLimits.enter(request, reply) : NOTHING;
  if (!leave) return NO_STREAM;
  reply.hijack();
  request.isEventStream = true;
  const raw = reply.raw;
  const isHead = request.method === 'HEAD';
  // The body ends with the connection (RFC 9112, section 6.3), which no other request would share anyway: chunks
  // would cost each write four pieces instead of one, a third of its time with a thousand readers. Frames rely on
  // it: they are written past HTTP, where nothing would make chunks of them.
  if (!isHead) raw.removeHeader('transfer-encoding');
  raw.writeHead(200, {
    ...reply.getHeaders(),
    ...(isHead ? {} : { connection: 'close' }),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  } as Record<string, string>);
  const stream = createStream(raw, options.clock);
  stream.onClose(leave);
  if (isHead) stream.close();
  // Somebody who left while the request was looked at gets nothing, and must leave nothing behind.
  if (stream.closed) return stream;
  raw.write(`retry: ${RECONNECT_MS}\n\n`);
  const timers = keepAlive(stream, raw, options);
  stream.onClose(() => {
    for (const cancel of timers) cancel();
    openStreams(request).delete(stream);
  });
  openStreams(request).set(stream, request.principal);
  return stream;
}

const NOTHING = (): void => undefined;

const NO_STREAM: EventStream = {
  deliver: () => true,
  close: NOTHING,
  onClose: (run) => run(),
  closed: true,
};

type RawResponse = FastifyReply['raw'];

function createStream(raw: RawResponse, clock: Clock): EventStream {
  const outbox = new Outbox(transportOf(raw, clock), BOUNDS);
  const listeners: (() => void)[] = [];
  // 'close' comes once: for who has gone already it will not come again.
  let closed = raw.destroyed;
  let lastId = '';
  const finish = () => {
    if (closed) return;
    closed = true;
    for (const run of listeners) run();
  };
  const gone = () => {
    outbox.close();
    finish();
  };
  raw.on('close', gone);
  raw.on('error', gone);
  return {
    deliver(message, key) {
      if (closed) return true;
      const frame = message.as(asFrame);
      const isTaken = outbox.push(key === undefined ? frame : { ...frame, key });
      if (isTaken) lastId = message.id;
      return isTaken;
    },
    close(last) {
      if (closed) return;
      const { event, data, id = lastId } = last ?? {};
      outbox.end(event === undefined ? undefined : frameEvent(event, JSON.stringify(data), id), 'closed');
      finish();
    },
    onClose(run) {
      if (closed) run();
      else listeners.push(run);
    },
    get closed() {
      return closed;
    },
  };
}

function transportOf(raw: RawResponse, clock: Clock): Transport {
  return {
    write(frames, done) {
      // Past Node's HTTP, which has nothing to add to a body without chunks, a frame of up to 9 kB takes a fifth
      // less. There is no socket while earlier requests of a pipeline are unanswered, and none to write to at its end.
      const { socket } = raw;
      (socket?.writable ? socket : raw).write(join(frames), done);
    },
    get unsentBytes() {
      return raw.writableLength;
    },
    onDrain(run) {
      raw.on('drain', run);
      raw.socket?.on('drain', run);
    },
    end() {
      raw.end();
      const cancel = clock.after(LINGER_MS, () => raw.destroy(), { unref: true });
      raw.once('close', cancel);
    },
  };
}

/** One buffer for all that goes out in a tick; of one frame, the bytes that all readers share. */
function join(frames: readonly OutFrame[]): Buffer {
  const [first] = frames;
  return frames.length === 1 && first
    ? first.rest.bytes
    : Buffer.concat(frames.map(({ rest }) => rest.bytes));
}

function keepAlive(stream: EventStream, raw: RawResponse, options: EventStreamOptions): Cancel[] {
  const { clock, expiresAt } = options;
  let cancelBeat: Cancel = () => {};
  let wasBehind = false;
  const beat = () => {
    if (stream.closed) return;
    // Megabytes lie in the system's buffers before anything is left over here: nobody reads at the other end.
    const isBehind = raw.writableLength > 0;
    if (isBehind && wasBehind) {
      raw.destroy();
      return;
    }
    wasBehind = isBehind;
    raw.write(':\n\n');
    cancelBeat = clock.after(HEARTBEAT_MS, beat);
  };
  cancelBeat = clock.after(HEARTBEAT_MS, beat);
  const timers = [() => cancelBeat()];
  if (expiresAt !== undefined) {
    const end = () => stream.close({ event: 'token-expired', data: { reconnect: true } });
    timers.push(clock.after(Math.max(0, expiresAt - clock.now()), end));
  }
  return timers;
}

/** With whose they are; null where nobody needs to be known. */
type OpenStreams = Map<EventStream, Principal | null>;

const streamsByServer = new WeakMap<object, OpenStreams>();

function openStreams(request: FastifyRequest): OpenStreams {
  const key = request.server.server;
  const streams = streamsByServer.get(key) ?? new Map<EventStream, Principal | null>();
  streamsByServer.set(key, streams);
  return streams;
}

/** Ends the streams of people whose access ended before their token did. Looks at every open stream. */
export function endStreamsOf(
  server: { readonly server: object },
  isMeant: (principal: Principal) => boolean,
  reason: 'session-ended' | 'token-expired',
): void {
  for (const [stream, principal] of streamsByServer.get(server.server) ?? []) {
    if (principal && isMeant(principal))
      stream.close({ event: reason, data: { reconnect: reason === 'token-expired' } });
  }
}

/** Ends every open stream of a server with a hint to reconnect, so that it can shut down. */
export function closeEventStreams(server: { readonly server: object }): void {
  for (const stream of streamsByServer.get(server.server)?.keys() ?? []) {
    stream.close({ event: 'closed', data: { reconnect: true } });
  }
}

/** How many streams are open, for metrics. */
export function countEventStreams(server: { readonly server: object }): number {
  return streamsByServer.get(server.server)?.size ?? 0;
}
