import { type Static, Type } from 'typebox';
import { defineProblems } from '../../kernel/problems.ts';
import { Id, pageOf, Time } from '../../platform/http/schemas.ts';

export const ticketProblems = defineProblems({
  ticket_not_found: {
    kind: 'not_found',
    title: 'There is no such ticket',
    remedy: 'See GET /v1/tickets for yours.',
  },
});

export const TicketView = Type.Object(
  {
    id: Id,
    reservationId: Id,
    performanceId: Id,
    seat: Type.Object({
      id: Type.String(),
      section: Type.String(),
      row: Type.String(),
      number: Type.Integer(),
      grade: Type.String(),
    }),
    code: Type.String({ description: 'Unique; what the QR code says.' }),
    status: Type.Enum(['valid', 'void', 'used']),
    issuedAt: Time,
  },
  { $id: 'Ticket' },
);
export type TicketView = Static<typeof TicketView>;
export const TicketPage = pageOf(TicketView);
export const TicketWithQr = Type.Intersect([
  TicketView,
  Type.Object({ qrSvg: Type.String({ description: 'The code as a QR code, SVG.' }) }),
]);
