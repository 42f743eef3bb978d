import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Cancel, Clock } from '../../kernel/clock.ts';
import type { Principal } from '../auth/principal.ts';

/** Ends a stream whose reader fell this far behind: it resumes with Last-Event-ID and misses nothing. */
const BUFFERED_BYTES_MAX = 256 * 1024;
/** Comments keep proxies from closing a quiet stream. */
const HEARTBEAT_MS = 15_000;
/** What a client waits before it reconnects. */
const RECONNECT_MS = 2_000;

export type EventStream = {
  /** Writes one event; data is JSON. Ignored once closed. */
  send(event: string, data: unknown, id: string | number): void;
  /** Writes what is already framed (`frameEvent`), so that many streams share one rendering, and its bytes. */
  sendFrame(frame: string | Buffer): void;
  /** Ends the stream, with a last event where one is given. */
  close(last?: { event: string; data: unknown; id: string | number }): void;
  /** Runs once when the stream ends, whoever ended it; at once when it has. */
  onClose(run: () => void): void;
  readonly closed: boolean;
};

export type EventStreamOptions = {
  readonly clock: Clock;
  /** The stream ends here with the event `token-expired`: the access token's end. */
  readonly expiresAt?: number;
};

/** One Server-Sent Event as text (WHATWG HTML, section 9.2). */
export function frameEvent(event: string, data: unknown, id: string | number): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** The id of the last event that this client saw, where it resumes. */
export function lastEventId(request: FastifyRequest): string | undefined {
  const header = request.headers['last-event-id'];
  return typeof header === 'string' && header !== '' ? header : undefined;
}

/**
 * Takes over a reply as an event stream. Bounded: a reader that does not keep up is cut off at 256 KB unread, or
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
  const stream = createStream(raw);
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
  send: NOTHING,
  sendFrame: NOTHING,
  close: NOTHING,
  onClose: (run) => run(),
  closed: true,
};

type RawResponse = FastifyReply['raw'];

function createStream(raw: RawResponse): EventStream {
  const listeners: (() => void)[] = [];
  // 'close' comes once: for who has gone already it will not come again.
  let closed = raw.destroyed;
  const finish = () => {
    if (closed) return;
    closed = true;
    for (const run of listeners) run();
  };
  raw.on('close', finish);
  raw.on('error', finish);
  const sendFrame = (frame: string | Buffer) => {
    if (closed) return;
    // Past Node's HTTP, which has nothing to add to a body without chunks, a frame of up to 9 kB takes a fifth
    // less. There is no socket while earlier requests of a pipeline are unanswered, and none to write to at its end.
    const { socket } = raw;
    (socket?.writable ? socket : raw).write(frame);
    if (raw.writableLength > BUFFERED_BYTES_MAX) raw.destroy();
  };
  return {
    sendFrame,
    send: (event, data, id) => sendFrame(frameEvent(event, data, id)),
    close(last) {
      if (closed) return;
      if (last) sendFrame(frameEvent(last.event, last.data, last.id));
      raw.end();
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
    const end = () => stream.close({ event: 'token-expired', data: { reconnect: true }, id: '' });
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
      stream.close({ event: reason, data: { reconnect: reason === 'token-expired' }, id: '' });
  }
}

/** Ends every open stream of a server with a hint to reconnect, so that it can shut down. */
export function closeEventStreams(server: { readonly server: object }): void {
  for (const stream of streamsByServer.get(server.server)?.keys() ?? []) {
    stream.close({ event: 'closed', data: { reconnect: true }, id: '' });
  }
}

/** How many streams are open, for metrics. */
export function countEventStreams(server: { readonly server: object }): number {
  return streamsByServer.get(server.server)?.size ?? 0;
}
