import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { toPage } from '../../platform/http/cursor.ts';
import { readIdPage, refuseCursor } from '../../platform/http/id-page.ts';
import { idempotentWrite } from '../../platform/http/idempotency.ts';
import { member, ownerOf, principalOf } from '../../platform/http/principal.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById, closed, pageQuery } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { traceOf } from '../../platform/http/trace-context.ts';
import type { Seat } from '../catalogue/index.ts';
import {
  ChargeBody,
  PaymentBody,
  PaymentView,
  PointEntryPage,
  PointEntryView,
  PointsView,
  TicketPage,
  TicketWithQr,
} from './contract.ts';
import type { PaymentsService } from './payments-service.ts';
import type { PointsService } from './points-service.ts';
import type { PaymentOutcomeValue, PointEntry, Ticket, TicketStore } from './ports.ts';
import { qrSvg } from './qr.ts';
import { entryView, paymentView, pointsView, ticketView } from './views.ts';

export type PaymentRouteDeps = {
  readonly payments: PaymentsService;
  readonly points: PointsService;
  readonly tickets: TicketStore;
  readonly seatLabel: (performanceId: string, seatNo: number) => Seat | Promise<Seat>;
};

const PageQuery = closed(pageQuery);

export function paymentRoutes(server: HttpServer, deps: PaymentRouteDeps): void {
  payingRoutes(server, deps.payments);
  pointRoutes(server, deps.points);
  ticketRoutes(server, deps);
}

function payingRoutes(server: HttpServer, payments: PaymentsService): void {
  server.post(
    '/v1/reservations/:id/payments',
    {
      config: { access: ownerOf('the reservation'), idempotent: true },
      schema: {
        operationId: 'payReservation',
        summary: 'Pay a held reservation; it becomes confirmed and its tickets are issued',
        tags: ['Payments'],
        params: ById,
        body: PaymentBody,
        response: { 200: PaymentView, 201: PaymentView, default: Problem },
      },
    },
    async (request, reply) => {
      const outcome = await payments.payWithPoints({
        reservationId: request.params.id,
        accountId: principalOf(request).accountId,
        trace: traceOf(request),
        idempotency: idempotentWrite<PaymentOutcomeValue>(request, 201, (value) =>
          paymentView(value.payment),
        ),
      });
      if (!outcome.ok) return problemBody(reply, outcome);
      return reply.code(outcome.value.repeated ? 200 : 201).send(paymentView(outcome.value.payment));
    },
  );
}

function pointRoutes(server: HttpServer, points: PointsService): void {
  server.post(
    '/v1/points/charges',
    {
      config: { access: member, idempotent: true },
      schema: {
        operationId: 'chargePoints',
        summary: 'Charge points',
        tags: ['Points'],
        body: ChargeBody,
        response: { 201: PointEntryView, default: Problem },
      },
    },
    async (request, reply) => {
      const result = await points.charge({
        accountId: principalOf(request).accountId,
        amount: request.body.amount.amount,
        trace: traceOf(request),
        idempotency: idempotentWrite<PointEntry>(request, 201, entryView),
      });
      if (!result.ok) return problemBody(reply, result);
      return reply.code(201).send(entryView(result.value));
    },
  );

  server.get(
    '/v1/points',
    {
      config: { access: member },
      schema: {
        operationId: 'getPoints',
        summary: 'Your balance',
        tags: ['Points'],
        response: { 200: PointsView, default: Problem },
      },
    },
    async (request) => pointsView(await points.balance(principalOf(request).accountId)),
  );

  server.get(
    '/v1/points/entries',
    {
      config: { access: member },
      schema: {
        operationId: 'listPointEntries',
        summary: 'Your statement, newest first',
        tags: ['Points'],
        querystring: PageQuery,
        response: { 200: PointEntryPage, default: Problem },
      },
    },
    async (request, reply) => {
      const page = readIdPage(request.query);
      if (!page) return refuseCursor(reply);
      const rows = await points.entries(principalOf(request).accountId, page);
      return toPage(rows, page.limit, (entry) => [entry.id], entryView);
    },
  );
}

/** The ticket that a request names, if it is the caller's. */
type FindTicket = (request: FastifyRequest & { params: ById }) => Promise<Ticket | undefined>;

function ticketRoutes(server: HttpServer, { tickets, seatLabel }: PaymentRouteDeps): void {
  const label = async (ticket: Ticket) =>
    ticketView(ticket, await seatLabel(ticket.performanceId, ticket.seatNo));
  const find: FindTicket = (request) => tickets.find(principalOf(request).accountId, request.params.id);
  ticketListRoute(server, tickets, label);
  ticketImageRoute(server, find);

  server.get(
    '/v1/tickets/:id',
    {
      config: { access: ownerOf('the ticket') },
      schema: {
        operationId: 'getTicket',
        summary: 'One of your tickets, with its QR code',
        tags: ['Tickets'],
        params: ById,
        response: { 200: TicketWithQr, default: Problem },
      },
    },
    async (request, reply) => {
      const ticket = await find(request);
      if (!ticket) return problemBody(reply, { ok: false, code: 'ticket_not_found' });
      return { ...(await label(ticket)), qrSvg: qrSvg(ticket.code) };
    },
  );
}

function ticketListRoute(
  server: HttpServer,
  tickets: TicketStore,
  label: (ticket: Ticket) => Promise<ReturnType<typeof ticketView>>,
): void {
  server.get(
    '/v1/tickets',
    {
      config: { access: member },
      schema: {
        operationId: 'listTickets',
        summary: 'Your tickets, newest first',
        tags: ['Tickets'],
        querystring: PageQuery,
        response: { 200: TicketPage, default: Problem },
      },
    },
    async (request, reply) => {
      const page = readIdPage(request.query);
      if (!page) return refuseCursor(reply);
      const rows = await tickets.list(principalOf(request).accountId, page);
      const { items, nextCursor } = toPage(
        rows,
        page.limit,
        ({ id }) => [id],
        (row) => row,
      );
      return { items: await Promise.all(items.map(label)), nextCursor };
    },
  );
}

function ticketImageRoute(server: HttpServer, find: FindTicket): void {
  server.get(
    '/v1/tickets/:id/qr.svg',
    {
      config: { access: ownerOf('the ticket') },
      schema: {
        operationId: 'getTicketQr',
        summary: 'The QR code of a ticket as an image',
        tags: ['Tickets'],
        params: ById,
        response: { 200: { content: { 'image/svg+xml': { schema: Type.String() } } }, default: Problem },
      },
    },
    async (request, reply) => {
      const ticket = await find(request);
      if (!ticket) return problemBody(reply, { ok: false, code: 'ticket_not_found' });
      return reply
        .type('image/svg+xml')
        .header('cache-control', 'private, no-store')
        .send(qrSvg(ticket.code));
    },
  );
}
