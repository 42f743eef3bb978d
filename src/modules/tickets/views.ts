import type { Clock } from '../../kernel/clock.ts';
import type { Result } from '../../kernel/result.ts';
import type { SalesTerms, Seat } from '../catalogue/index.ts';
import type { LetIn } from './check-ins.ts';
import type { TicketView } from './contract.ts';
import type { BatchView, CheckInView, GateView } from './door-contract.ts';
import type { GatePasses } from './gate-pass.ts';
import type { CheckIn, Gate, Ticket } from './ports.ts';
import { qrSvg } from './qr.ts';

export function ticketView(ticket: Ticket, seat: Seat): TicketView {
  return {
    id: ticket.id,
    reservationId: ticket.reservationId,
    performanceId: ticket.performanceId,
    seat: seatView(seat),
    code: ticket.code,
    status: ticket.status,
    issuedAt: new Date(ticket.issuedAt).toISOString(),
  };
}

function seatView({ id, section, row, number, grade }: Seat): TicketView['seat'] {
  return { id, section, row, number, grade };
}

export function checkInView({ ticketId, performanceId, seat, ...checkIn }: LetIn): CheckInView {
  return { ticketId, performanceId, seat: seatView(seat), ...checkInTime(checkIn) };
}

export function checkInTime({ id, gate, checkedInAt }: CheckIn) {
  return { id, gate, checkedInAt: new Date(checkedInAt).toISOString() };
}

/** The seat of a number of this performance. */
export function seatOf(terms: SalesTerms, seatNo: number): TicketView['seat'] {
  return seatView(terms.seatAt(seatNo));
}

/** How one scan of a batch was settled, with the members that POST /v1/check-ins would answer with. */
export function scanView(id: string, result: Result<LetIn>): BatchView['items'][number] {
  if (result.ok) return { id, status: 'checked_in', checkIn: checkInView(result.value) };
  return { ...result.extra, id, status: 'refused', code: result.code };
}

export function gateView({ id, performanceId, name, createdAt, expiresAt, revokedAt }: Gate): GateView {
  return {
    id,
    performanceId,
    name,
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
    revokedAt: revokedAt === null ? null : new Date(revokedAt).toISOString(),
  };
}

export type GateViewDeps = { readonly gatePasses: GatePasses; readonly clock: Clock };

/** For anyone who may hand the pass out; it is made again each time, and stored nowhere. */
export function ownGateView({ gatePasses, clock }: GateViewDeps, gate: Gate): GateView {
  const isAlive = gate.revokedAt === null && gate.expiresAt > clock.now();
  if (!isAlive) return gateView(gate);
  const pass = gatePasses.of(gate.id);
  return { ...gateView(gate), pass, passQrSvg: qrSvg(pass) };
}
