import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { Clock } from '../../kernel/clock.ts';
import { member } from '../../platform/auth/access.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { lastEventId, openEventStream } from '../../platform/http/event-stream.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { EntryStreams } from './entry-streams.ts';
import type { WaitingLine } from './ports.ts';
import { isClosedId } from './stream-watcher.ts';

export type StreamRouteDeps = {
  readonly streams: EntryStreams;
  readonly line: Pick<WaitingLine, 'look' | 'assertHere'>;
  readonly clock: Clock;
};

/**
 * `GET /v1/performances/{id}/room/entries/me/stream`: where the person stands, as a stream. Who comes back with
 * Last-Event-ID is told only what has changed since; after `closed` there is nothing to come back to.
 */
export function streamRoute(server: HttpServer, { streams, line, clock }: StreamRouteDeps): void {
  server.get(
    '/v1/performances/:id/room/entries/me/stream',
    {
      config: { access: member },
      schema: {
        operationId: 'streamRoomEntry',
        summary: 'Where you stand, as Server-Sent Events',
        description:
          'Events: `position` and `admitted` (the body of GET …/me), `sold-out`, and `closed` (`reason`: room-closed, which may open again; sale-over; room-off: seats are sold without a room now; entry-ended; too-many-streams), after which nothing comes. An open stream is being there, as asking is.',
        tags: ['Waiting room'],
        params: ById,
        response: {
          200: { content: { 'text/event-stream': { schema: Type.String() } } },
          204: Type.Null({ description: 'It was closed: do not reconnect.' }),
          default: Problem,
        },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const lastId = lastEventId(request);
      // After `closed`, a reader that reconnects by itself is told by 204 to stop (WHATWG HTML, section 9.2).
      if (lastId !== undefined && isClosedId(lastId)) return stopReconnecting(reply);
      const who = { accountId: principal.accountId, performanceId: request.params.id };
      const [standing] = await line.look([who], 'seen');
      if (!standing) {
        await line.assertHere(who.performanceId);
        if (lastId !== undefined) return stopReconnecting(reply);
        return problemBody(reply, { ok: false, code: 'entry_not_found' });
      }
      streams.assertRoomForOne();
      const stream = openEventStream(request, reply, { clock, expiresAt: principal.expiresAt });
      streams.add(who, standing, stream, lastId);
      return reply;
    },
  );
}

function stopReconnecting(reply: FastifyReply): null {
  reply.code(204);
  return null;
}
