import { call, callForFile } from '../../shared/api/call.ts';
import { useList } from '../../shared/api/use-list.ts';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { PagedList } from '../../shared/ui/paged-list.tsx';
import { BookedSeats } from '../bookings/booked.tsx';
import { FileButton } from '../forms/file-button.tsx';
import { useDoorText } from '../messages/doors.ts';
import { operationsPaths } from '../paths.ts';

/** Who paid for seats of the performance. */
export function Buyers({ performanceId }: { readonly performanceId: string }) {
  const text = useDoorText();
  const formats = useFormats();
  const list = useList(['mine', 'buyers', performanceId], ({ query, signal }) =>
    call('listBuyers', { params: { id: performanceId }, query, signal }),
  );
  return (
    <section className="stack" aria-labelledby="buyers">
      <h2 id="buyers">{text('buyers')}</h2>
      <FileButton
        label={text('buyersFile')}
        name={`buyers-${performanceId}.csv`}
        fetchFile={() =>
          callForFile('listBuyers', { params: { id: performanceId }, query: { format: 'csv' } })
        }
      />
      <PagedList list={list} empty={<p className="quiet">{text('noBuyers')}</p>}>
        {(buyers) => (
          <ul className="stack-tight">
            {buyers.map(({ reservationId, name, email, seats, amount, paidAt }) => (
              <li key={reservationId} className="card">
                <p>
                  <strong>{name}</strong> <span className="quiet">{email}</span>
                </p>
                <p className="small figures">
                  <BookedSeats seats={seats} /> · {formats.money(amount)} · {formats.moment(paidAt)}
                </p>
                <p className="small">
                  <Link to={fillPath(operationsPaths.booking, { id: reservationId })}>
                    {text('steps', { name })}
                  </Link>
                </p>
              </li>
            ))}
          </ul>
        )}
      </PagedList>
    </section>
  );
}
