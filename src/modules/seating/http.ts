import { Type } from 'typebox';
import type { Clock } from '../../kernel/clock.ts';
import { anyoneOrMember } from '../../platform/auth/access.ts';
import { sendEncoded } from '../../platform/http/conditional.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById, closed, NotModified } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { Hub } from '../../platform/live/hub.ts';
import { readResume, stopReconnecting, streamTopic } from '../../platform/live/sse/stream-topic.ts';
import type { LiveView, ResumeFrom } from '../../platform/live/view.ts';
import type { Viewer } from '../catalogue/index.ts';
import { SeatMapView, SeatPage, SeatQueryString } from './contract.ts';
import { listSeats } from './list-seats.ts';
import type { SeatPlans } from './ports.ts';
import type { SeatMap } from './seat-map.ts';
import type { SeatMaps } from './seat-maps.ts';

export type SeatRouteDeps = {
  readonly seatMaps: SeatMaps;
  readonly plans: Pick<SeatPlans, 'isOver' | 'maySee'>;
  readonly view: LiveView;
  readonly hub: Hub;
  readonly clock: Clock;
};

/** The live state of seats. */
export function seatRoutes(server: HttpServer, deps: SeatRouteDeps): void {
  server.get(
    '/v1/performances/:id/seats',
    {
      config: { access: anyoneOrMember, problems: ['performance_not_found'] },
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
      config: { access: anyoneOrMember, problems: ['performance_not_found'] },
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
      const map = await findMap(deps, request);
      if (!map) return problemBody(reply, { ok: false, code: 'performance_not_found' });
      const found = listSeats(map, request.query);
      return found.ok ? found.value : problemBody(reply, found);
    },
  );

  streamRoute(server, deps);
}

/** The map of a performance that this person may see. */
async function findMap(
  { plans, seatMaps }: SeatRouteDeps,
  { params, principal }: { readonly params: ById; readonly principal: Viewer },
): Promise<SeatMap | undefined> {
  return (await plans.maySee(params.id, principal)) ? seatMaps.get(params.id) : undefined;
}

function streamRoute(server: HttpServer, deps: SeatRouteDeps): void {
  server.get(
    '/v1/performances/:id/seats/stream',
    {
      config: { access: anyoneOrMember, problems: ['performance_not_found'] },
      schema: {
        operationId: 'streamSeats',
        summary: 'What changes in the seat map (Server-Sent Events: snapshot, delta, closed)',
        description:
          'A `delta` has the seats that are now `free`, `held` and `sold`, in three lists, each by ascending `seatNo`. The first of a list is a `seatNo`, each other the distance from the seat before: [4, 5, 3] are the seats 4, 9 and 12. It brings a map of any version between `from` and `version` to `version`. Last-Event-ID is the id of an event, or the `version` of a map. After `snapshot` read the map again. How often there is a `delta` depends on how many look on: ten times a second at most.',
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
      const { hasEnded, ...resume } = readResume(request);
      const from =
        resume.after === undefined && resume.version === undefined ? sinceOf(request.query) : resume;
      const comesBack = from.after !== undefined || from.version !== undefined;
      if (hasEnded || (comesBack && deps.plans.isOver(request.params.id) === true))
        return stopReconnecting(reply);
      const opened = await deps.view.open(request.params.id, () => request.principal, from);
      if (!opened.ok) return problemBody(reply, opened);
      return streamTopic(request, reply, { ...opened.value, ...deps });
    },
  );
}

function sinceOf({ since }: { readonly since?: number }): ResumeFrom {
  return since === undefined ? {} : { version: since };
}
