import { call } from '../../shared/api/call.ts';
import { useList } from '../../shared/api/use-list.ts';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { PagedList } from '../../shared/ui/paged-list.tsx';
import { SignedIn } from '../account/signed-in.tsx';
import type { Reservation } from '../booking/use-reservation.ts';
import { useBookingText } from '../messages/booking.ts';
import { ticketPaths } from '../paths.ts';
import { NothingYet } from './nothing-yet.tsx';
import { PerformanceName } from './performance-name.tsx';
import '../style/booking.css';

export function ReservationsPage() {
  const text = useBookingText();
  return (
    <div className="main-narrow stack">
      <PageHeading title={text('bookings')} />
      <SignedIn>
        <Reservations />
      </SignedIn>
    </div>
  );
}

function Reservations() {
  const text = useBookingText();
  const list = useList(['mine', 'reservations'], (request) => call('listReservations', request));
  return (
    <PagedList list={list} empty={<NothingYet words={text('noBookings')} />}>
      {(items) => (
        <ul className="stack">
          {items.map((reservation) => (
            <ReservationRow key={reservation.id} reservation={reservation} />
          ))}
        </ul>
      )}
    </PagedList>
  );
}

const TONES = {
  held: 'badge-warn',
  confirmed: 'badge-good',
  cancelling: '',
  cancelled: '',
  expired: '',
} as const;

function ReservationRow({ reservation }: { readonly reservation: Reservation }) {
  const text = useBookingText();
  const formats = useFormats();
  const { id, status, seats, amount, createdAt, performanceId } = reservation;
  return (
    <li className="card stack-tight own-row">
      <p className="row-apart">
        <span className={`badge ${TONES[status]}`}>{text(`status.${status}`)}</span>
        <span className="small quiet figures">{formats.moment(createdAt)}</span>
      </p>
      <PerformanceName id={performanceId} />
      <p className="row-apart figures">
        <span>{text('seatCount', { count: seats.length })}</span>
        <strong>{formats.money(amount)}</strong>
      </p>
      <p>
        <Link to={fillPath(ticketPaths.reservation, { id })} className="cover-link own-link">
          {text(status === 'held' ? 'continuePaying' : 'toBooking')}
        </Link>
      </p>
    </li>
  );
}
