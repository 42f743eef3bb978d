import { type Answer, call } from '../../shared/api/call.ts';
import { useList } from '../../shared/api/use-list.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { PagedList } from '../../shared/ui/paged-list.tsx';
import { SignedIn } from '../account/signed-in.tsx';
import { useBookingText } from '../messages/booking.ts';
import { useShopText } from '../messages/shop.ts';
import { ticketPaths } from '../paths.ts';
import { NothingYet } from './nothing-yet.tsx';
import { PerformanceName } from './performance-name.tsx';
import { TICKET_TONES } from './ticket-tones.ts';
import '../style/booking.css';

type Ticket = Answer<'listTickets'>['items'][number];

export function TicketsPage() {
  const text = useShopText();
  return (
    <div className="main-narrow stack">
      <PageHeading title={text('tickets')} />
      <SignedIn>
        <Tickets />
      </SignedIn>
    </div>
  );
}

function Tickets() {
  const text = useBookingText();
  const list = useList(['mine', 'tickets', 'list'], (request) => call('listTickets', request));
  return (
    <PagedList list={list} empty={<NothingYet words={text('noTickets')} />}>
      {(items) => (
        <ul className="stack">
          {items.map((ticket) => (
            <TicketRow key={ticket.id} ticket={ticket} />
          ))}
        </ul>
      )}
    </PagedList>
  );
}

function TicketRow({ ticket }: { readonly ticket: Ticket }) {
  const text = useBookingText();
  const { section, row, number, grade } = ticket.seat;
  return (
    <li className="ticket" data-status={ticket.status}>
      <div className="ticket-main">
        <PerformanceName id={ticket.performanceId} />
        <p className="row figures">
          <strong>{text('seat', { section, row, number: String(number) })}</strong>
          <span className="badge">{grade}</span>
        </p>
      </div>
      <div className="ticket-stub">
        <span className={`badge ${TICKET_TONES[ticket.status]}`}>{text(`ticket.${ticket.status}`)}</span>
        <Link to={fillPath(ticketPaths.ticket, { id: ticket.id })} className="cover-link own-link">
          {text(ticket.status === 'valid' ? 'showQr' : 'toTicket')}
        </Link>
      </div>
    </li>
  );
}
