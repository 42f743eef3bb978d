import { call } from '../../shared/api/call.ts';
import { useList } from '../../shared/api/use-list.ts';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { serverClock } from '../../shared/time/server-clock.ts';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { PagedList } from '../../shared/ui/paged-list.tsx';
import { SignedIn } from '../account/signed-in.tsx';
import { newDateOf } from '../booking/new-date.ts';
import type { Reservation } from '../booking/use-reservation.ts';
import { useBookingText } from '../messages/booking.ts';
import { useProgressText } from '../messages/progress.ts';
import { useShopText } from '../messages/shop.ts';
import { ticketPaths } from '../paths.ts';
import { CalledOffNote } from '../sale/called-off.tsx';
import { usePerformance } from '../sale/use-performance.ts';
import { NothingYet } from './nothing-yet.tsx';
import { PerformanceName } from './performance-name.tsx';
import '../style/booking.css';

export function ReservationsPage() {
  const text = useShopText();
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
  const progressText = useProgressText();
  const { id, status, seats, amount, createdAt, performanceId } = reservation;
  const { data: performance } = usePerformance(performanceId, { refresh: false });
  const newDate = performance && newDateOf(reservation, performance, serverClock.now());
  return (
    <li className="card stack-tight own-row">
      <p className="row-apart">
        <span className={`badge ${TONES[status]}`}>{text(`status.${status}`)}</span>
        <span className="small quiet figures">{formats.moment(createdAt)}</span>
      </p>
      <PerformanceName id={performanceId} />
      {performance && (newDate || performance.cancelledAt !== null) && (
        <CalledOffNote performance={performance} />
      )}
      <p className="row-apart figures">
        <span>{text('seatCount', { count: seats.length })}</span>
        <strong>{formats.money(amount)}</strong>
      </p>
      <p>
        <Link to={fillPath(ticketPaths.reservation, { id })} className="cover-link own-link">
          {newDate === 'asked'
            ? progressText('answer')
            : text(status === 'held' ? 'continuePaying' : 'toBooking')}
        </Link>
      </p>
    </li>
  );
}
