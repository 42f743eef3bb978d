import { Type } from 'typebox';
import type { Clock } from '../../kernel/clock.ts';
import { IMMUTABLE, sendEncoded } from '../../platform/http/conditional.ts';
import { anyone, anyoneOrMember } from '../../platform/http/principal.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById, closed } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { Viewer } from './publication.ts';
import type { Reading } from './reading.ts';
import { NotModified } from './reading-routes.ts';
import { PlanSeatsView, SeatMapView, SeatPage, SeatPlanView, SeatQueryString } from './seat-contract.ts';
import type { SeatMap } from './seat-map.ts';
import type { SeatMaps } from './seat-maps.ts';
import { streamSeats } from './seat-stream.ts';

export type SeatRouteDeps = {
  readonly reading: Reading;
  readonly seatMaps: SeatMaps;
  readonly isOver: (performanceId: string) => boolean | undefined;
  readonly clock: Clock;
};

const ByHash = closed({ hash: Type.String({ pattern: '^[\\w-]{32}$' }) });

/** Seat plans, which never change, and the live state of seats, which does. */
export function seatRoutes(server: HttpServer, deps: SeatRouteDeps): void {
  planRoutes(server, deps.reading);
  stateRoutes(server, deps);
}

function planRoutes(server: HttpServer, reading: Reading): void {
  server.get(
    '/v1/seat-plans/:hash',
    {
      config: { access: anyone },
      schema: {
        operationId: 'getSeatPlan',
        summary: 'A seat plan in its compact form; cache it for good',
        tags: ['Seats'],
        params: ByHash,
        response: { 200: SeatPlanView, 304: NotModified, default: Problem },
      },
    },
    async (request, reply) => {
      const found = await reading.plan(request.params.hash);
      if (!found.ok) return problemBody(reply, found);
      return sendEncoded(request, reply, found.value.compact, IMMUTABLE);
    },
  );

  server.get(
    '/v1/seat-plans/:hash/seats',
    {
      config: { access: anyone },
      schema: {
        operationId: 'getSeatPlanSeats',
        summary: 'A seat plan spelled out, one object per seat; cache it for good',
        tags: ['Seats'],
        params: ByHash,
        response: { 200: PlanSeatsView, 304: NotModified, default: Problem },
      },
    },
    async (request, reply) => {
      const found = await reading.plan(request.params.hash);
      if (!found.ok) return problemBody(reply, found);
      return sendEncoded(request, reply, found.value.spelledOut(), IMMUTABLE);
    },
  );
}

function stateRoutes(server: HttpServer, deps: SeatRouteDeps): void {
  server.get(
    '/v1/performances/:id/seats',
    {
      config: { access: anyoneOrMember },
      schema: {
        operationId: 'getSeats',
        summary: 'The live state of every seat, apart from the plan',
        tags: ['Seats'],
        params: ById,
        response: { 200: SeatMapView, 304: NotModified, default: Problem },
      },
    },
    async (request, reply) => {
      const map = await findMap(deps, request);
      if (!map) return problemBody(reply, { ok: false, code: 'performance_not_found' });
      return sendEncoded(request, reply, map.snapshot());
    },
  );

  server.get(
    '/v1/performances/:id/seats/list',
    {
      config: { access: anyoneOrMember },
      schema: {
        operationId: 'listSeats',
        summary: 'Seats with place and state, filtered, page by page',
        tags: ['Seats'],
        params: ById,
        querystring: SeatQueryString,
        response: { 200: SeatPage, default: Problem },
      },
    },
    async (request, reply) => {
      const found = await deps.reading.seats(request.params.id, request.query, request.principal);
      return found.ok ? found.value : problemBody(reply, found);
    },
  );

  streamRoute(server, deps);
}

/** The map of a performance that this person may see. */
async function findMap(
  { reading, seatMaps }: SeatRouteDeps,
  { params, principal }: { readonly params: ById; readonly principal: Viewer },
): Promise<SeatMap | undefined> {
  return (await reading.maySee(params.id, principal)) ? seatMaps.get(params.id) : undefined;
}

function streamRoute(server: HttpServer, deps: SeatRouteDeps): void {
  server.get(
    '/v1/performances/:id/seats/stream',
    {
      config: { access: anyoneOrMember },
      schema: {
        operationId: 'streamSeats',
        summary: 'What changes in the seat map (Server-Sent Events: snapshot, delta, closed)',
        description:
          'A `delta` has the seats that are now `free`, `held` and `sold`, in three lists, each by ascending `seatNo`. The first of a list is a `seatNo`, each other the distance from the seat before: [4, 5, 3] are the seats 4, 9 and 12. It brings a map of any version between `from` and `version` to `version`, which is also its id. After `snapshot` read the map again. How often there is a `delta` depends on how many look on: ten times a second at most.',
        tags: ['Seats'],
        params: ById,
        querystring: closed({
          since: Type.Optional(
            Type.Integer({
              minimum: 0,
              maximum: Number.MAX_SAFE_INTEGER,
              description: '`version` of the snapshot at hand, where no Last-Event-ID can be sent.',
            }),
          ),
        }),
        response: {
          200: { content: { 'text/event-stream': { schema: Type.String() } } },
          204: Type.Null({ description: 'The sale is over: do not reconnect.' }),
          default: Problem,
        },
      },
    },
    async (request, reply) => {
      const map = await findMap(deps, request);
      if (!map) return problemBody(reply, { ok: false, code: 'performance_not_found' });
      return streamSeats(request, reply, { ...deps, map });
    },
  );
}
