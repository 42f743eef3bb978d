import type { Seat } from '../catalogue/index.ts';
import type { TicketView } from './contract.ts';
import type { Ticket } from './ports.ts';

export function ticketView(ticket: Ticket, seat: Seat): TicketView {
  return {
    id: ticket.id,
    reservationId: ticket.reservationId,
    performanceId: ticket.performanceId,
    seat: { id: seat.id, section: seat.section, row: seat.row, number: seat.number, grade: seat.grade },
    code: ticket.code,
    status: ticket.status,
    issuedAt: new Date(ticket.issuedAt).toISOString(),
  };
}
