import { Type } from 'typebox';
import type { Clock } from '../../kernel/clock.ts';
import { ok, refuse } from '../../kernel/result.ts';
import { member } from '../../platform/auth/access.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { Hub } from '../../platform/live/hub.ts';
import { readResume, stopReconnecting, streamTopic } from '../../platform/live/sse/stream-topic.ts';
import type { LiveView } from '../../platform/live/view.ts';
import { refuseAbsent } from './entries.ts';
import type { EntryTopics } from './entry-topics.ts';
import type { WaitingLine } from './ports.ts';

/** Where the person stands in the room of a performance. */
export function entryView(
  topics: Pick<EntryTopics, 'open'>,
  line: Pick<WaitingLine, 'look' | 'absence'>,
): LiveView {
  return {
    destination: '/user/queue/rooms/*',
    async open(performanceId, viewer, from) {
      const accountId = viewer()?.accountId;
      if (accountId === undefined) return refuse('entry_not_found');
      const who = { accountId, performanceId };
      const [standing] = await line.look([who], 'seen');
      if (standing) return ok(await topics.open(who, standing, from));
      return refuseAbsent(await line.absence(who));
    },
  };
}

export type StreamRouteDeps = { readonly view: LiveView; readonly hub: Hub; readonly clock: Clock };

/**
 * `GET /v1/performances/{id}/room/entries/me/stream`: where the person stands, as a stream. Who comes back with
 * Last-Event-ID is told only what has changed since; after `closed` there is nothing to come back to.
 */
export function streamRoute(server: HttpServer, { view, hub, clock }: StreamRouteDeps): void {
  server.get(
    '/v1/performances/:id/room/entries/me/stream',
    {
      config: { access: member, problems: ['entry_not_found', 'room_elsewhere'] },
      schema: {
        operationId: 'streamRoomEntry',
        summary: 'Where you stand, as Server-Sent Events',
        description:
          'Events: `position` and `admitted` (the body of GET …/me), `sold-out`, and `closed` (`reason`: room-closed, which may open again; sale-over; room-off: seats are sold without a room now; left; dropped; pass-expired; pass-spent; entry-ended, where how is not known any more; too-many-streams), after which nothing comes. An open stream is being there, as asking is.',
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
      const { hasEnded, ...from } = readResume(request);
      if (hasEnded) return stopReconnecting(reply);
      const opened = await view.open(request.params.id, () => principal, from);
      if (opened.ok)
        return streamTopic(request, reply, {
          ...opened.value,
          hub,
          clock,
          expiresAt: principal.expiresAt,
        });
      // What it followed has ended.
      return from.after === undefined ? problemBody(reply, opened) : stopReconnecting(reply);
    },
  );
}
