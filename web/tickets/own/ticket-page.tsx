import { useQuery } from '@tanstack/react-query';
import { call } from '../../shared/api/call.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { FailedPage } from '../../shared/ui/failed-page.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { SignedIn } from '../account/signed-in.tsx';
import { useBookingText } from '../messages/booking.ts';
import { ticketPaths } from '../paths.ts';
import { PerformanceName } from './performance-name.tsx';
import { TICKET_TONES } from './ticket-tones.ts';
import '../style/booking.css';

export function TicketPage({ id }: { readonly id: string }) {
  return (
    <SignedIn>
      <Ticket id={id} />
    </SignedIn>
  );
}

function Ticket({ id }: { readonly id: string }) {
  const text = useBookingText();
  const { data, error, refetch } = useQuery({
    queryKey: ['mine', 'tickets', id],
    queryFn: ({ signal }) => call('getTicket', { params: { id }, signal }),
  });
  if (error && !data) return <FailedPage error={error} retry={refetch} />;
  if (!data) return <Loading />;
  const { section, row, number, grade } = data.seat;
  const seat = text('seat', { section, row, number: String(number) });
  return (
    <article className="main-narrow stack ticket-page">
      <div className="ticket-large" data-status={data.status}>
        <PageHeading title={text('ticketFor', { seat })}>{seat}</PageHeading>
        <PerformanceName id={data.performanceId} isLink />
        <img
          className="qr"
          src={`data:image/svg+xml,${encodeURIComponent(data.qrSvg)}`}
          alt={text('qrOf', { code: data.code })}
          width={260}
          height={260}
        />
        <p className="ticket-code figures">{data.code}</p>
        <p className="row ticket-foot">
          <span className="badge">{grade}</span>
          <span className={`badge ${TICKET_TONES[data.status]}`}>{text(`ticket.${data.status}`)}</span>
        </p>
        {data.status === 'valid' && <p className="small quiet">{text('qrNote')}</p>}
        {data.status === 'void' && <p className="small">{text('voidNote')}</p>}
      </div>
      <p className="row">
        <Link to={ticketPaths.tickets}>{text('allTickets')}</Link>
        <Link to={fillPath(ticketPaths.reservation, { id: data.reservationId })}>{text('toBooking')}</Link>
      </p>
    </article>
  );
}
