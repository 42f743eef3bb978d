import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { member, ownerOf } from '../../platform/auth/access.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { toPage } from '../../platform/http/cursor.ts';
import { readIdPage, refuseCursor } from '../../platform/http/id-page.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById, closed, pageQuery } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { SalesTerms } from '../catalogue/index.ts';
import { TicketPage, TicketWithQr } from './contract.ts';
import type { Ticket, TicketStore } from './ports.ts';
import { qrSvg } from './qr.ts';
import type { SignedCodes } from './signed-code.ts';
import { ticketView } from './views.ts';

export type TicketRouteDeps = {
  readonly tickets: TicketStore;
  readonly termsOf: (performanceId: string) => Promise<SalesTerms | undefined>;
  readonly signedCodes: Pick<SignedCodes, 'sign'>;
};

const PageQuery = closed(pageQuery);

/** The ticket that a request names, if it is the caller's. */
type FindTicket = (request: FastifyRequest & { params: ById }) => Promise<Ticket | undefined>;

export function ticketRoutes(server: HttpServer, { tickets, termsOf, signedCodes }: TicketRouteDeps): void {
  const label = async (ticket: Ticket) => {
    const terms = await termsOf(ticket.performanceId);
    if (!terms) throw new Error(`ticket of performance ${ticket.performanceId}, which is not there`);
    return ticketView(ticket, terms.seatAt(ticket.seatNo));
  };
  const find: FindTicket = (request) => tickets.find(principalOf(request).accountId, request.params.id);
  ticketListRoute(server, tickets, label);
  ticketImageRoute(server, find, signedCodes);

  server.get(
    '/v1/tickets/:id',
    {
      config: { access: ownerOf('the ticket'), problems: ['ticket_not_found'] },
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
      const { text: qr, expiresAt } = await signedCodes.sign(ticket);
      const qrExpiresAt = new Date(expiresAt).toISOString();
      return { ...(await label(ticket)), qr, qrExpiresAt, qrSvg: qrSvg(qr) };
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

function ticketImageRoute(
  server: HttpServer,
  find: FindTicket,
  signedCodes: TicketRouteDeps['signedCodes'],
): void {
  server.get(
    '/v1/tickets/:id/qr.svg',
    {
      config: { access: ownerOf('the ticket'), problems: ['ticket_not_found'] },
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
        .send(qrSvg((await signedCodes.sign(ticket)).text));
    },
  );
}
