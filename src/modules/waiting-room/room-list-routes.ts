import { Type } from 'typebox';
import type { Clock } from '../../kernel/clock.ts';
import { roles } from '../../platform/auth/access.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { Problem } from '../../platform/http/problem.ts';
import { pageOf } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { Hub } from '../../platform/live/hub.ts';
import { PolledTopics } from '../../platform/live/polled-topics.ts';
import { readResume, streamTopic } from '../../platform/live/sse/stream-topic.ts';
import { RoomView } from './contract.ts';
import type { RoomControls } from './room-controls.ts';

const tags = ['Waiting room'];
const access = roles(['seller', 'manager'], 'sellers: their own');

const EVERY_MS = 1_000;

type RoomListDeps = { readonly controls: RoomControls; readonly hub: Hub; readonly clock: Clock };

/** The rooms at work, at once and as they change. */
export function roomListRoutes(server: HttpServer, { controls, hub, clock }: RoomListDeps): void {
  const lists = new PolledTopics({ hub, clock, event: 'rooms', everyMs: EVERY_MS });
  server.get(
    '/v1/rooms',
    {
      config: { access },
      schema: {
        operationId: 'listRooms',
        summary: 'The rooms at work: your own, or all for managers; the 100 with most people',
        description: 'A room is at work once somebody joined it or changed it, until an hour after its sale.',
        tags,
        response: { 200: pageOf(RoomView), default: Problem },
      },
    },
    async (request) => ({ items: await controls.list(principalOf(request)), nextCursor: null }),
  );

  server.get(
    '/v1/rooms/stream',
    {
      config: { access },
      schema: {
        operationId: 'streamRooms',
        summary: 'The rooms at work as they change, as Server-Sent Events',
        description:
          'Event: `rooms` (the items of GET /v1/rooms), once a second where anything changed. Last-Event-ID names what you have: it is not sent again.',
        tags,
        response: {
          200: { content: { 'text/event-stream': { schema: Type.String() } } },
          default: Problem,
        },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { after } = readResume(request);
      const name = principal.roles.has('manager') ? 'rooms' : `rooms of ${principal.accountId}`;
      const topic = await lists.open(name, () => controls.list(principal));
      return streamTopic(request, reply, { topic, after, hub, clock, expiresAt: principal.expiresAt });
    },
  );
}
