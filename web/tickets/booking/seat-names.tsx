import { useFormats } from '../../shared/i18n/use-text.ts';
import { useBookingText } from '../messages/booking.ts';
import type { Reservation } from './use-reservation.ts';

/** The seats of a reservation with their prices. */
export function SeatNames({ seats }: { readonly seats: Reservation['seats'] }) {
  const text = useBookingText();
  const formats = useFormats();
  return (
    <ul className="seat-names figures">
      {seats.map(({ id, section, row, number, grade, price }) => (
        <li key={id} className="row-apart">
          <span>
            <strong>{text('seat', { section, row, number: String(number) })}</strong>{' '}
            <span className="badge">{grade}</span>
          </span>
          <span>{formats.money(price)}</span>
        </li>
      ))}
    </ul>
  );
}
