import type { FastifyReply } from 'fastify';
import { andThen } from '../../kernel/result.ts';
import { member } from '../../platform/auth/access.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { IfMatch, seenVersions, withVersion } from '../../platform/http/conditional.ts';
import { operationConfig, operationRoute } from '../../platform/http/operations.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { EntryView, Left, RoomPatch, RoomView } from './contract.ts';
import type { Entries, EntryAnswer } from './entries.ts';
import type { Visitor } from './gate.ts';
import { type StreamRouteDeps, streamRoute } from './live.ts';
import { seller, type WaitingRoomOperations } from './operations.ts';
import { type RoomControls, roomView } from './room-controls.ts';
import { roomListRoutes } from './room-list-routes.ts';

export type WaitingRoomRouteDeps = StreamRouteDeps & {
  readonly entries: Entries;
  readonly controls: RoomControls;
  readonly operations: WaitingRoomOperations;
};

const tags = ['Waiting room'];

/** Registers the routes of the waiting room. */
export function waitingRoomRoutes(server: HttpServer, deps: WaitingRoomRouteDeps): void {
  joinRoute(server, deps.operations);
  ownEntryRoutes(server, deps);
  streamRoute(server, deps);
  roomListRoutes(server, deps);
  roomRoutes(server, deps);
}

function joinRoute(server: HttpServer, { joinRoom }: WaitingRoomOperations): void {
  const join = operationRoute(joinRoom, { status: ({ isNew }) => (isNew ? 201 : 200) });
  server.post(
    '/v1/performances/:id/room/entries',
    {
      config: operationConfig(joinRoom),
      schema: {
        operationId: 'joinRoom',
        summary: 'Take a place in line, or learn yours',
        description:
          '201 with a new place, 200 with the one you have. Also before the opening; nobody is admitted before it.',
        tags,
        params: ById,
        response: { 200: EntryView, 201: EntryView, default: Problem },
      },
    },
    (request, reply) => join(request, reply, { performanceId: request.params.id }),
  );
}

function ownEntryRoutes(
  server: HttpServer,
  { entries, operations: { leaveRoom } }: Pick<WaitingRoomRouteDeps, 'entries' | 'operations'>,
): void {
  const leave = operationRoute(leaveRoom, { status: 204 });

  server.get(
    '/v1/performances/:id/room/entries/me',
    {
      config: { access: member, problems: ['entry_not_found', 'room_closed', 'room_elsewhere'] },
      schema: {
        operationId: 'getRoomEntry',
        summary: 'Where you stand; ask again after `pollAfterMs`',
        description:
          'Asking is being there: who is silent too long is passed over, and later loses the place. Of somebody admitted it renews the pass once that is half used. `entry_not_found` has `ended`, where it is known how the last place ended: left; dropped, after a silence longer than the grace; pass-expired; pass-spent.',
        tags,
        params: ById,
        response: { 200: EntryView, default: Problem },
      },
    },
    (request, reply) => {
      // No await: this is what everybody in line calls again and again.
      return andThen(entries.find(visitorOf(request)), (result) => answerEntry(reply, result));
    },
  );

  server.delete(
    '/v1/performances/:id/room/entries/me',
    {
      config: operationConfig(leaveRoom),
      schema: {
        operationId: 'leaveRoom',
        summary: 'Give your place, or your pass, back',
        tags,
        params: ById,
        response: { 204: Left, default: Problem },
      },
    },
    (request, reply) => leave(request, reply, { performanceId: request.params.id }),
  );
}

function roomRoutes(
  server: HttpServer,
  { controls, operations: { changeRoom } }: Pick<WaitingRoomRouteDeps, 'controls' | 'operations'>,
): void {
  const change = operationRoute(changeRoom, { status: 200, head: withVersion });

  server.get(
    '/v1/performances/:id/room',
    {
      config: { access: seller, problems: ['room_not_found', 'room_elsewhere'] },
      schema: {
        operationId: 'getRoom',
        summary: 'Settings and live statistics of a waiting room',
        tags,
        params: ById,
        response: { 200: RoomView, default: Problem },
      },
    },
    async (request, reply) => {
      const found = await controls.read(request.params.id, principalOf(request));
      return found.ok ? withVersion(reply, roomView(found.value)) : problemBody(reply, found);
    },
  );

  server.patch(
    '/v1/performances/:id/room',
    {
      config: operationConfig(changeRoom),
      schema: {
        operationId: 'changeRoom',
        summary: 'Change rate, concurrency or state; in force at once',
        description:
          'open admits; paused admits nobody; draining admits, and takes nobody new; closed does neither, and tells those in line. Passes that are out stay good.',
        tags,
        params: ById,
        headers: IfMatch,
        body: RoomPatch,
        response: { 200: RoomView, default: Problem },
      },
    },
    (request, reply) =>
      change(request, reply, {
        performanceId: request.params.id,
        patch: request.body,
        seen: seenVersions(request),
      }),
  );
}

type RoomRequest = Parameters<typeof principalOf>[0] & { readonly params: ById };

function visitorOf(request: RoomRequest): Visitor {
  return { accountId: principalOf(request).accountId, performanceId: request.params.id };
}

function answerEntry(reply: FastifyReply, result: EntryAnswer): EntryView {
  return result.ok ? result.value : problemBody(reply, result);
}
