import { type FormEvent, useState } from 'react';
import { call } from '../../shared/api/call.ts';
import { useList } from '../../shared/api/use-list.ts';
import { localised } from '../../shared/i18n/localised.ts';
import { useLanguage } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { navigate } from '../../shared/router/location.ts';
import { fillPath } from '../../shared/router/match.ts';
import { Field } from '../../shared/ui/field.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { PagedList } from '../../shared/ui/paged-list.tsx';
import { useBookingText } from '../../tickets/messages/booking.ts';
import { usePerformance } from '../../tickets/sale/use-performance.ts';
import { useBookingListText } from '../messages/bookings.ts';
import { operationsPaths } from '../paths.ts';
import { BookedLine } from './booked.tsx';

/** Bookings, newest first, in any state: of a performance, or all that one may see; each leads to what happened to it. */
export function BookingsPage({ performanceId }: { readonly performanceId?: string }) {
  const text = useBookingListText();
  const language = useLanguage();
  const bookingText = useBookingText();
  const { data: performance } = usePerformance(performanceId ?? '', {
    refresh: false,
    enabled: performanceId !== undefined,
  });
  const list = useList(['mine', 'bookings', performanceId ?? 'all'], ({ query, signal }) =>
    call('listReservations', {
      query: { ...query, scope: 'all', ...(performanceId === undefined ? {} : { performanceId }) },
      signal,
    }),
  );
  const title = performance && localised(performance.title, performance.titleEn, language).main;
  return (
    <div className="stack">
      <PageHeading title={title === undefined ? text('bookings') : text('bookingsOf', { title })} />
      {performanceId === undefined ? (
        <Find />
      ) : (
        <p>
          <Link to={fillPath(operationsPaths.performance, { id: performanceId })}>{text('toSale')}</Link>
        </p>
      )}
      <PagedList list={list} empty={<p className="quiet">{text('none')}</p>}>
        {(bookings) => (
          <ul className="stack-tight">
            {bookings.map((booking) => (
              <li key={booking.id} className="card stack-tight">
                <p className="row">
                  <span className="badge">{bookingText(`status.${booking.status}`)}</span>
                  <Link to={fillPath(operationsPaths.booking, { id: booking.id })}>
                    {text('steps')} <span className="booking-id">{booking.id}</span>
                  </Link>
                </p>
                <p className="small figures">
                  <BookedLine booking={booking} />
                </p>
              </li>
            ))}
          </ul>
        )}
      </PagedList>
    </div>
  );
}

const EXAMPLE = '019b7a52-4c00-7abc-8def-0123456789ab';
const ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Goes to a booking whose number, or whose address, somebody named. */
function Find() {
  const text = useBookingListText();
  const [typed, setTyped] = useState('');
  const [isChecked, setChecked] = useState(false);
  const id = typed.trim().split('/').at(-1) ?? '';
  const isWrong = !ID.test(id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (!isWrong) navigate(fillPath(operationsPaths.booking, { id: id.toLowerCase() }));
  };
  return (
    <form className="card form" onSubmit={submit} noValidate>
      <Field
        label={text('bookingId')}
        hint={text('bookingIdHint')}
        error={isChecked && isWrong ? text('bookingIdWrong', { example: EXAMPLE }) : undefined}
        autoComplete="off"
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
      <p>
        <button type="submit" className="button">
          {text('find')}
        </button>
      </p>
    </form>
  );
}
