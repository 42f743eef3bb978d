import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../kernel/clock.ts';
import { lastEventId, openEventStream } from '../../platform/http/event-stream.ts';
import { seatsUrl } from '../catalogue/index.ts';
import type { SeatMap } from './seat-map.ts';

export type SeatStreamDeps = {
  readonly map: SeatMap;
  readonly isOver: (performanceId: string) => boolean | undefined;
  readonly clock: Clock;
};

type StreamRequest = FastifyRequest<{ Params: { id: string }; Querystring: { since?: number } }>;

/**
 * Sends what changes in a seat map. A reader that says which version it has gets what it missed; any
 * other, or one that missed too much, gets `snapshot` and reads the map again.
 */
export function streamSeats(
  request: StreamRequest,
  reply: FastifyReply,
  { map, isOver, clock }: SeatStreamDeps,
): FastifyReply {
  const performanceId = request.params.id;
  const version = readVersion(lastEventId(request)) ?? request.query.since;
  // After `closed`, a reader that reconnects by itself is told by 204 to stop (WHATWG HTML, section 9.2).
  if (version !== undefined && isOver(performanceId) === true) return reply.code(204).send();
  const stream = openEventStream(request, reply, { clock });
  const missed = version === undefined ? undefined : map.since(version);
  const snapshot = () => ({ version: map.version, seatsUrl: seatsUrl(performanceId) });
  if (missed) {
    for (const frame of missed) stream.sendFrame(frame.bytes);
  } else {
    stream.send('snapshot', snapshot(), map.version);
  }
  const stop = map.listen({
    frame: (bytes) => stream.sendFrame(bytes),
    closed: () =>
      stream.close({ event: 'closed', data: { reason: 'sale-over', reconnect: false }, id: map.version }),
    // The next stream, with this version, is one of the next map.
    replaced: () => stream.close({ event: 'snapshot', data: snapshot(), id: map.version }),
  });
  stream.onClose(stop);
  return reply;
}

function readVersion(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
