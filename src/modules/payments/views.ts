import { krw } from '../../kernel/money.ts';
import type { Seat } from '../catalogue/index.ts';
import type { PaymentView, PointEntryView, TicketView } from './contract.ts';
import type { Payment, PointEntry, Ticket } from './ports.ts';

const time = (ms: number) => new Date(ms).toISOString();

export function paymentView(payment: Payment): PaymentView {
  return {
    id: payment.id,
    reservationId: payment.reservationId,
    status: payment.status,
    method: payment.method,
    amount: krw(payment.amount),
    createdAt: time(payment.createdAt),
  };
}

export function entryView(entry: PointEntry): PointEntryView {
  return {
    id: entry.id,
    kind: entry.kind,
    amount: krw(entry.amount),
    balanceAfter: krw(entry.balanceAfter),
    reference: entry.reference,
    createdAt: time(entry.createdAt),
  };
}

export function ticketView(ticket: Ticket, seat: Seat): TicketView {
  return {
    id: ticket.id,
    reservationId: ticket.reservationId,
    performanceId: ticket.performanceId,
    seat: { id: seat.id, section: seat.section, row: seat.row, number: seat.number, grade: seat.grade },
    code: ticket.code,
    status: ticket.status,
    issuedAt: time(ticket.issuedAt),
  };
}

export function pointsView(balance: number) {
  return { balance: krw(balance) };
}
