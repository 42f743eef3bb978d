import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Clock, every } from '../../kernel/clock.ts';
import { principalOf } from './authentication.ts';
import { toDocument } from './conditional.ts';
import { lastEventId, openEventStream } from './event-stream.ts';

export type SnapshotStreamOptions = {
  readonly clock: Clock;
  /** The name of the event; its data is what was read, whole each time. */
  readonly event: string;
  readonly read: () => unknown;
  /** How often it is looked at; default once a second. */
  readonly everyMs?: number;
};

const EVERY_MS = 1_000;

/**
 * Sends something small as often as it has changed. An id names what was sent by its content, so that who comes back
 * with Last-Event-ID is sent nothing that it has already, by whichever process. A reader whose snapshot cannot be made
 * is let go, and comes back by itself. For routes that need a token: the stream ends with it.
 */
export async function streamSnapshots(
  request: FastifyRequest,
  reply: FastifyReply,
  { clock, event, read, everyMs = EVERY_MS }: SnapshotStreamOptions,
): Promise<void> {
  // Before the stream is open, a failure can still be answered.
  let next = toDocument(await read());
  const stream = openEventStream(request, reply, { clock, expiresAt: principalOf(request).expiresAt });
  let seen = lastEventId(request);
  const send = (): void => {
    const id = next.etag.replaceAll(/^W\/|"/g, '');
    if (id === seen) return;
    seen = id;
    stream.sendFrame(`id: ${id}\nevent: ${event}\ndata: ${next.body}\n\n`);
  };
  send();
  const look = async (): Promise<void> => {
    next = toDocument(await read());
    send();
  };
  stream.onClose(every(clock, everyMs, look, () => stream.close(), { unref: true }));
}
