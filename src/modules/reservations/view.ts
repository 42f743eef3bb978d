import { krw } from '../../kernel/money.ts';
import type { SalesTerms, Seat } from '../catalogue/index.ts';
import type { ReservationView } from './contract.ts';
import { type ReservationRecord, statusAt } from './model.ts';

export type ReservedPlace = Seat & { readonly price: number };

/** A reservation with its seats as people know them. */
export type Reservation = ReservationRecord & { readonly seats: readonly ReservedPlace[] };

type SeatsOf = Pick<ReservationRecord, 'seatNos' | 'prices'>;

/** Names the seats; prices are those of the hold, not today's. */
export function seatsOf({ seatNos, prices }: SeatsOf, terms: SalesTerms | undefined): ReservedPlace[] {
  return seatNos.map((seatNo, index) => {
    const { id, section, row, number, grade } = terms?.seatAt(seatNo) ?? unknownPlace(seatNo);
    return { id, section, row, number, grade, price: prices[index] ?? 0 };
  });
}

export function withSeats(record: ReservationRecord, terms: SalesTerms | undefined): Reservation {
  return { ...record, seats: seatsOf(record, terms) };
}

// A performance is not deleted while it has reservations; should it be, its buyers still see theirs.
function unknownPlace(seatNo: number): Seat {
  return { id: String(seatNo), section: '', row: '', number: seatNo, grade: '' };
}

/** The JSON of a reservation as seen at `now`. */
export function toView(reservation: Reservation, now: number): ReservationView {
  return {
    id: reservation.id,
    status: statusAt(reservation, now),
    performanceId: reservation.performanceId,
    accountId: reservation.accountId,
    seats: reservation.seats.map(({ id, section, row, number, grade, price }) => {
      return { id, section, row, number, grade, price: krw(price) };
    }),
    amount: krw(reservation.amount),
    createdAt: new Date(reservation.createdAt).toISOString(),
    expiresAt: new Date(reservation.expiresAt).toISOString(),
    epoch: reservation.epoch,
    keptFor: reservation.keptFor === null ? null : new Date(reservation.keptFor).toISOString(),
  };
}
