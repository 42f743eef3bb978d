import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Clock } from '../../kernel/clock.ts';
import type { Result } from '../../kernel/result.ts';
import { member, ownerOf } from '../../platform/auth/access.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { toPage } from '../../platform/http/cursor.ts';
import { readIdPage, refuseCursor } from '../../platform/http/id-page.ts';
import { operationConfig, operationRoute } from '../../platform/http/operations.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { QueuedTicket } from '../../platform/http/queued-requests.ts';
import { ById } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { Hub } from '../../platform/live/hub.ts';
import {
  HistoryView,
  PostponementAnswerBody,
  ReservationBody,
  ReservationPageView,
  ReservationQuery,
  ReservationView,
  SagaView,
} from './contract.ts';
import { type ReservationTopics, streamRoute } from './live.ts';
import type { ReservationOperations } from './operations.ts';
import type { ReservationsService } from './service.ts';
import { type Reservation, toView } from './view.ts';

export type ReservationRouteDeps = {
  readonly service: ReservationsService;
  readonly operations: ReservationOperations;
  readonly topics: ReservationTopics;
  readonly hub: Hub;
  readonly clock: Clock;
  /** True while a hold can only be refused for want of room. */
  readonly isFull: () => boolean;
};

const tags = ['Reservations'];
const ROOM_PASS = 'The pass from the waiting room of the performance, where it has one.';

/** Registers the routes of reservations. */
export function reservationRoutes(deps: ReservationRouteDeps) {
  return (server: HttpServer): void => {
    reserveRoute(server, deps);
    readRoutes(server, deps.service, deps.clock);
    sagaRoute(server, deps.service);
    cancelRoute(server, deps.operations);
    answerRoute(server, deps.operations);
    streamRoute(server, deps);
  };
}

function reserveRoute(
  server: HttpServer,
  { operations: { reserveSeats }, isFull }: Pick<ReservationRouteDeps, 'operations' | 'isFull'>,
): void {
  const answer = operationRoute(reserveSeats, { status: 201 });

  server.post(
    '/v1/reservations',
    {
      config: {
        ...operationConfig(reserveSeats),
        documentedHeaders: { 'Room-Pass': ROOM_PASS },
        isFull,
      },
      schema: {
        operationId: 'reserveSeats',
        summary: 'Hold seats, all or none, until `expiresAt`',
        description: 'Where the performance has a waiting room, send the pass as `Room-Pass`.',
        tags,
        body: ReservationBody,
        response: { 201: ReservationView, 202: QueuedTicket, default: Problem },
      },
    },
    (request, reply) => {
      const { performanceId, seatIds } = request.body;
      return answer(request, reply, { performanceId, seatIds, pass: headerOf(request, 'room-pass') });
    },
  );
}

function readRoutes(server: HttpServer, service: ReservationsService, clock: Clock): void {
  const view = (reservation: Reservation) => toView(reservation, clock.now());

  server.get(
    '/v1/reservations',
    {
      config: { access: member, problems: ['performance_not_found'] },
      schema: {
        operationId: 'listReservations',
        summary: 'Your reservations, newest first; those of others for managers and sellers',
        tags,
        querystring: ReservationQuery,
        response: { 200: ReservationPageView, default: Problem },
      },
    },
    async (request, reply) => {
      const page = readIdPage(request.query);
      if (!page) return refuseCursor(reply);
      const { performanceId, scope } = request.query;
      const found = await service.list({ ...page, performanceId, scope }, principalOf(request));
      if (!found.ok) return problemBody(reply, found);
      return toPage(found.value, page.limit, ({ id }) => [id], view);
    },
  );

  server.get(
    '/v1/reservations/:id',
    {
      config: {
        access: ownerOf('the reservation, or its performance, or is a manager'),
        problems: ['reservation_not_found'],
      },
      schema: {
        operationId: 'getReservation',
        summary: 'A reservation',
        tags,
        params: ById,
        response: { 200: ReservationView, default: Problem },
      },
    },
    async (request, reply) =>
      answerWith(reply, 200, await service.get(request.params.id, principalOf(request)), view),
  );

  server.get(
    '/v1/reservations/:id/history',
    {
      config: {
        access: ownerOf('the reservation, or its performance, or is a manager'),
        problems: ['reservation_not_found'],
      },
      schema: {
        operationId: 'getReservationHistory',
        summary: 'What happened to a reservation, in order',
        tags,
        params: ById,
        response: { 200: HistoryView, default: Problem },
      },
    },
    async (request, reply) => {
      const history = await service.history(request.params.id, principalOf(request));
      return answerWith(reply, 200, history, (items) => ({ items: [...items] }));
    },
  );
}

function sagaRoute(server: HttpServer, service: ReservationsService): void {
  server.get(
    '/v1/reservations/:id/saga',
    {
      config: {
        access: ownerOf('the reservation, or its performance, or is a manager'),
        problems: ['reservation_not_found'],
      },
      schema: {
        operationId: 'getReservationSaga',
        summary: 'What happened to a reservation, and what is pending since when and why',
        description:
          'The steps of its saga as docs/events.md draws them; `payment` and `refund` for each payment, `consumer` for what follows behind the events.',
        tags,
        params: ById,
        response: { 200: SagaView, default: Problem },
      },
    },
    async (request, reply) => {
      const steps = await service.saga(request.params.id, principalOf(request));
      return answerWith(reply, 200, steps, (items) => ({ steps: [...items] }));
    },
  );
}

function cancelRoute(server: HttpServer, { cancelReservation }: ReservationOperations): void {
  const answer = operationRoute(cancelReservation, {
    status: ({ status }) => (status === 'cancelling' ? 202 : 200),
    head(reply) {
      if (prefersAsync(reply.request)) reply.header('preference-applied', 'respond-async');
    },
  });

  server.delete(
    '/v1/reservations/:id',
    {
      config: operationConfig(cancelReservation),
      schema: {
        operationId: 'cancelReservation',
        summary: 'Cancel a hold or a purchase; what was paid is refunded',
        description:
          'Until the performance begins. With `Prefer: respond-async` the answer is 202 as soon as the request is on disk, and it is carried out afterwards. Asking again gives the same answer.',
        tags,
        params: ById,
        response: {
          200: ReservationView,
          202: Type.Union([ReservationView, QueuedTicket]),
          default: Problem,
        },
      },
    },
    (request, reply) => {
      const how = prefersAsync(request) ? 'request-cancel' : 'cancel';
      return answer(request, reply, { reservationId: request.params.id, how });
    },
  );
}

function answerRoute(server: HttpServer, { answerPostponement }: ReservationOperations): void {
  const answer = operationRoute(answerPostponement, { status: 200 });
  server.post(
    '/v1/reservations/:id/postponement-answers',
    {
      config: operationConfig(answerPostponement),
      schema: {
        operationId: 'answerPostponement',
        summary: 'Keep the tickets of a performance that was postponed',
        description: 'They are good for the new start also without it; the seller sees who has answered.',
        tags,
        params: ById,
        body: PostponementAnswerBody,
        response: { 200: ReservationView, default: Problem },
      },
    },
    (request, reply) => answer(request, reply, { reservationId: request.params.id, ...request.body }),
  );
}

/** Sets status and headers, and returns the body to send. */
function answerWith<T, V>(reply: FastifyReply, status: number, result: Result<T>, view: (value: T) => V): V {
  if (!result.ok) return problemBody(reply, result);
  reply.code(status);
  return view(result.value);
}

/** RFC 7240: preferences are a list, each with an optional value and parameters. */
function prefersAsync(request: FastifyRequest): boolean {
  const header = request.headers['prefer'];
  if (header === undefined) return false;
  const preferences = [header].flat().join(',').split(',');
  return preferences.some((preference) => /^\s*respond-async\s*(?:;|$)/i.test(preference));
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const header = request.headers[name];
  return typeof header === 'string' ? header : undefined;
}
