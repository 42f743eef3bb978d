import { useFormats } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { useServerTime } from '../../shared/time/use-server-time.ts';
import type { Reservation } from '../booking/use-reservation.ts';
import { useBookingText } from '../messages/booking.ts';
import { useSeatText } from '../messages/seats.ts';
import { ticketPaths } from '../paths.ts';

/** What the person has here already, with the time that is left to pay and the way there. */
export function OwnBookings({ bookings }: { readonly bookings: readonly Reservation[] }) {
  const text = useSeatText();
  if (bookings.length === 0) return null;
  return (
    <section className="own-bookings" aria-label={text('ownSeats')}>
      <ul>
        {bookings.map((booking) => (
          <OwnBooking key={booking.id} booking={booking} />
        ))}
      </ul>
    </section>
  );
}

function OwnBooking({ booking }: { readonly booking: Reservation }) {
  const text = useSeatText();
  const bookingText = useBookingText();
  const formats = useFormats();
  const now = useServerTime();
  const { id, status, seats, expiresAt } = booking;
  const isHeld = status === 'held';
  return (
    <li className="own-booking figures" data-status={status}>
      <span>
        {text(isHeld ? 'ownHeld' : 'ownBought', { count: seats.length })}
        {isHeld && (
          <>
            {' · '}
            <strong role="timer">{formats.clock(Date.parse(expiresAt) - now)}</strong>
          </>
        )}
      </span>
      <Link
        to={fillPath(ticketPaths.reservation, { id })}
        className={isHeld ? 'button' : 'button button-quiet'}
      >
        {bookingText(isHeld ? 'continuePaying' : 'toBooking')}
      </Link>
    </li>
  );
}
