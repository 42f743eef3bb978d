import { type Static, Type } from 'typebox';
import { defineProblems } from '../../kernel/problems.ts';
import { defineEvents } from '../../platform/events/event.ts';
import { Id, pageOf, Time } from '../../platform/http/schemas.ts';

export const ticketProblems = defineProblems({
  ticket_not_found: {
    kind: 'not_found',
    title: 'There is no such ticket',
    remedy: 'See GET /v1/tickets for yours. At a door: the code is not known, or not of your performances.',
  },
});

export const TicketSeat = Type.Object(
  {
    id: Type.String(),
    section: Type.String(),
    row: Type.String(),
    number: Type.Integer(),
    grade: Type.String(),
  },
  { title: 'TicketSeat' },
);

export const TicketStatus = Type.Enum(['valid', 'void', 'used'], { title: 'TicketStatus' });

export const TicketView = Type.Object(
  {
    id: Id,
    reservationId: Id,
    performanceId: Id,
    seat: TicketSeat,
    code: Type.String({ description: 'Unique; can be typed where the QR code cannot be read.' }),
    status: TicketStatus,
    issuedAt: Time,
  },
  { title: 'Ticket' },
);
export type TicketView = Static<typeof TicketView>;
export const TicketPage = pageOf(TicketView);
export const TicketWithQr = Type.Object(
  {
    ...TicketView.properties,
    qr: Type.String({
      description:
        'What the QR code says: the code, signed with a key of the published set, so that a door can check it without network.',
    }),
    qrExpiresAt: Type.String({
      format: 'date-time',
      description: 'Until when the signature can be checked; read the ticket again for a new one.',
    }),
    qrSvg: Type.String({ description: 'The same as a picture, SVG.' }),
  },
  { title: 'TicketWithQr' },
);

/** Events that this module saves; those of a performance stay in order with its reservations'. */
export const ticketEvents = {
  ...defineEvents(
    { subject: 'reservationId', partitionKey: 'performanceId' },
    {
      'ticket.issued': Type.Object({
        reservationId: Id,
        performanceId: Id,
        accountId: Id,
        tickets: Type.Array(Type.Object({ ticketId: Id, seatNo: Type.Integer({ minimum: 0 }) }), {
          description: 'All of the reservation, one for each seat.',
        }),
      }),
    },
  ),
  ...defineEvents(
    { subject: 'ticketId', partitionKey: 'performanceId' },
    {
      'ticket.checked-in': Type.Object({
        ticketId: Id,
        performanceId: Id,
        checkInId: Id,
        gate: Type.String(),
        gateId: Type.Optional(Id),
        by: Type.Optional(Id),
        checkedInAt: Time,
      }),
      'check-in.undone': Type.Object({
        ticketId: Id,
        performanceId: Id,
        checkInId: Id,
        gate: Type.String(),
        by: Id,
      }),
    },
  ),
};
