import type { FastifyReply } from 'fastify';
import type { Result } from '../../kernel/result.ts';
import { member, roles } from '../../platform/auth/access.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { IfMatch, seenVersions, withVersion } from '../../platform/http/conditional.ts';
import { type Concealed, idempotentWrite } from '../../platform/http/idempotency.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { EntryView, Left, RoomPatch, RoomView } from './contract.ts';
import type { Entries, EntryAnswer } from './entries.ts';
import type { Visitor } from './gate.ts';
import { type StreamRouteDeps, streamRoute } from './live.ts';
import type { RoomControls } from './room-controls.ts';
import { roomListRoutes } from './room-list-routes.ts';

export type WaitingRoomRouteDeps = StreamRouteDeps & {
  readonly entries: Entries;
  readonly controls: RoomControls;
};

const tags = ['Waiting room'];
const seller = roles(['seller', 'manager'], 'sellers: their own');

/** Registers the routes of the waiting room. */
export function waitingRoomRoutes(server: HttpServer, deps: WaitingRoomRouteDeps): void {
  joinRoute(server, deps.entries);
  ownEntryRoutes(server, deps.entries);
  streamRoute(server, deps);
  roomListRoutes(server, deps.controls, deps.clock);
  roomRoutes(server, deps.controls);
}

function joinRoute(server: HttpServer, entries: Entries): void {
  server.post(
    '/v1/performances/:id/room/entries',
    {
      config: { access: member, idempotent: true, concealed: withoutPass(entries) },
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
    (request, reply) => {
      const who = visitorOf(request);
      const answer = entries.join(
        who,
        idempotentWrite<EntryView>(request, 201, (view) => view),
      );
      return answer instanceof Promise
        ? answer.then((result) => answerEntry(reply, result))
        : answerEntry(reply, answer);
    },
  );
}

/**
 * Who joins again when admitted is told the pass, which is not stored with the answer: a repetition gets the one
 * that is good by then, as long as the place is the same.
 */
function withoutPass(entries: Entries): Concealed {
  return {
    conceal(body) {
      const { pass: _secret, ...rest } = fieldsOf(body);
      return JSON.stringify(rest);
    },
    async reveal(request, body) {
      const stored = fieldsOf(body);
      if (stored['status'] !== 'admitted') return body;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema of the route has checked it
      const now = await entries.find(visitorOf(request as RoomRequest));
      if (!now.ok || now.value.view.entryId !== stored['entryId']) return body;
      const { pass, passExpiresAt } = now.value.view;
      return JSON.stringify({ ...stored, pass, passExpiresAt });
    },
  };
}

function fieldsOf(body: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(body);
  return Object.fromEntries(Object.entries(value ?? {}));
}

function ownEntryRoutes(server: HttpServer, entries: Entries): void {
  server.get(
    '/v1/performances/:id/room/entries/me',
    {
      config: { access: member },
      schema: {
        operationId: 'getRoomEntry',
        summary: 'Where you stand; ask again after `pollAfterMs`',
        description:
          'Asking is being there: who is silent too long is passed over, and later loses the place. Of somebody admitted it renews the pass once that is half used.',
        tags,
        params: ById,
        response: { 200: EntryView, default: Problem },
      },
    },
    (request, reply) => {
      // No await: this is what everybody in line calls again and again.
      const answer = entries.find(visitorOf(request));
      return answer instanceof Promise
        ? answer.then((result) => answerEntry(reply, result))
        : answerEntry(reply, answer);
    },
  );

  server.delete(
    '/v1/performances/:id/room/entries/me',
    {
      config: { access: member, idempotent: true },
      schema: {
        operationId: 'leaveRoom',
        summary: 'Give your place, or your pass, back',
        tags,
        params: ById,
        response: { 204: Left, default: Problem },
      },
    },
    async (request, reply) => {
      const write = idempotentWrite<void>(request, 204, () => undefined);
      const result = await entries.leave(visitorOf(request), write);
      if (!result.ok) return problemBody(reply, result);
      reply.code(204);
      return null;
    },
  );
}

function roomRoutes(server: HttpServer, controls: RoomControls): void {
  server.get(
    '/v1/performances/:id/room',
    {
      config: { access: seller },
      schema: {
        operationId: 'getRoom',
        summary: 'The knobs of a room, and what goes on in it',
        tags,
        params: ById,
        response: { 200: RoomView, default: Problem },
      },
    },
    async (request, reply) => answerWith(reply, await controls.read(request.params.id, principalOf(request))),
  );

  server.patch(
    '/v1/performances/:id/room',
    {
      config: { access: seller, idempotent: true },
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
    async (request, reply) => {
      const result = await controls.change({
        performanceId: request.params.id,
        patch: request.body,
        principal: principalOf(request),
        seen: seenVersions(request),
        write: idempotentWrite<RoomView>(request, 200, (view) => view),
      });
      return answerWith(reply, result);
    },
  );
}

type RoomRequest = Parameters<typeof principalOf>[0] & { readonly params: ById };

function visitorOf(request: RoomRequest): Visitor {
  return { accountId: principalOf(request).accountId, performanceId: request.params.id };
}

function answerEntry(reply: FastifyReply, result: EntryAnswer): EntryView {
  if (!result.ok) return problemBody(reply, result);
  if (result.value.isNew) reply.code(201);
  return result.value.view;
}

function answerWith(reply: FastifyReply, result: Result<RoomView>): RoomView {
  return result.ok ? withVersion(reply, result.value) : problemBody(reply, result);
}
