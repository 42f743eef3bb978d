import type { Ids } from '../../../kernel/ids.ts';
import type { Random } from '../../../kernel/random.ts';
import { type Payment, paymentEvents } from '../../../modules/payments/index.ts';
import { ticketCode, ticketEvents } from '../../../modules/tickets/index.ts';
import type { DomainEvent } from '../../../platform/events/event.ts';
import { newEvent } from '../../../platform/events/event.ts';
import { RESERVATION_STATUS } from '../reservations/reservation-status.ts';
import { SEAT_STATUS } from '../seating/seat-status.ts';
import type { LockedReservation } from './locked-holds.ts';

/** What new tickets get their ids and codes from: how many are issued shows only under lock. */
export type TicketMaking = { readonly ids: Ids; readonly random: Random };

/**
 * Parts of a statement that begins `with paid (reservation_id, account_id, at, …)`: what is paid becomes confirmed,
 * its seats sold, under the epoch that it holds them by. Every part touches rows of its own, all locked before.
 */
export const CONFIRM_AND_SELL = `confirmed as (
      update reservation r set status = ${RESERVATION_STATUS.confirmed}, updated_at = paid.at
      from paid where r.id = paid.reservation_id
      returning r.id, r.performance_id, r.seat_nos, r.epoch),
    sold as (
      update seat_hold c set status = ${SEAT_STATUS.sold}
      from (select id, performance_id, epoch, unnest(seat_nos) as seat_no from confirmed) s
      where c.performance_id = s.performance_id and c.seat_no = s.seat_no
        and c.reservation_id = s.id and c.epoch = s.epoch)`;

/** The end of such a statement: its tickets, which are the four parameters from `first` on. */
export function issueTickets(first: number): string {
  const [ids, codes, seats, reservations] = [0, 1, 2, 3].map((step) => `$${first + step}`);
  return `insert into ticket (id, reservation_id, performance_id, account_id, seat_no, code, issued_at)
    select t.id, paid.reservation_id, r.performance_id, paid.account_id, t.seat_no, t.code, paid.at
    from unnest(${ids}::uuid[], ${codes}::text[], ${seats}::int[], ${reservations}::uuid[]) as t(id, code, seat_no, reservation_id)
    join paid using (reservation_id)
    join reservation r on r.id = paid.reservation_id`;
}

type NewTicket = { readonly id: string; readonly code: string; readonly seatNo: number };

/** A reservation that is paid, with its new tickets. */
export type Issue = { readonly reservation: LockedReservation; readonly tickets: readonly NewTicket[] };

/** A new ticket for each seat. */
export function makeTickets(reservation: LockedReservation, { ids, random }: TicketMaking): Issue {
  const tickets = reservation.seat_nos.map((seatNo) => {
    return { id: ids.next(), code: ticketCode(random), seatNo };
  });
  return { reservation, tickets };
}

/** The parameters of `issueTickets`. */
export function ticketParameters(issues: readonly Issue[]): readonly unknown[][] {
  const tickets = issues.flatMap((issue) => issue.tickets);
  return [
    tickets.map((ticket) => ticket.id),
    tickets.map((ticket) => ticket.code),
    tickets.map((ticket) => ticket.seatNo),
    issues.flatMap(({ reservation, tickets: own }) => own.map(() => reservation.id)),
  ];
}

export function issuedEvent({ reservation, tickets }: Issue, about: About): DomainEvent {
  const { id: reservationId, performance_id: performanceId, account_id: accountId } = reservation;
  const issued = tickets.map(({ id: ticketId, seatNo }) => ({ ticketId, seatNo }));
  const data = { reservationId, performanceId, accountId, tickets: issued };
  return newEvent(ticketEvents['ticket.issued'], data, about);
}

type Paid = Pick<Payment, 'id' | 'amount' | 'method'>;
export type About = { readonly occurredAt: number; readonly trace?: string | undefined };

export function succeededEvent(payment: Paid, reservation: LockedReservation, about: About): DomainEvent {
  const data = {
    ...aboutPayment(payment, reservation),
    seatNos: [...reservation.seat_nos],
    epoch: reservation.epoch,
  };
  return newEvent(paymentEvents['payment.succeeded'], data, about);
}

export function requestedEvent(payment: Paid, reservation: LockedReservation, about: About): DomainEvent {
  return newEvent(paymentEvents['payment.requested'], aboutPayment(payment, reservation), about);
}

/** That a payment failed, or was given back; `reason` says why. */
export function endedEvent(
  how: 'failed' | 'refunded',
  ended: { readonly payment: Paid; readonly reservation: PaidFor; readonly reason: string },
  about: About,
): DomainEvent {
  const data = { ...aboutPayment(ended.payment, ended.reservation), reason: ended.reason };
  return how === 'failed'
    ? newEvent(paymentEvents['payment.failed'], data, about)
    : newEvent(paymentEvents['payment.refunded'], data, about);
}

export type PaidFor = Pick<LockedReservation, 'id' | 'performance_id' | 'account_id'>;

function aboutPayment({ id: paymentId, amount, method }: Paid, reservation: PaidFor) {
  const { id: reservationId, performance_id: performanceId, account_id: accountId } = reservation;
  return { reservationId, performanceId, accountId, paymentId, amount, method };
}
