import { useEffect, useRef } from 'react';
import { localised } from '../../shared/i18n/localised.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { useServerTime } from '../../shared/time/use-server-time.ts';
import { FailedPage } from '../../shared/ui/failed-page.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { SignedIn } from '../account/signed-in.tsx';
import { useBookingText } from '../messages/booking.ts';
import { ticketPaths } from '../paths.ts';
import { WhenAndWhere } from '../sale/performance-title.tsx';
import { usePerformance } from '../sale/use-performance.ts';
import { Ask } from './ask.tsx';
import { CardNews } from './card-news.tsx';
import { History, useWasPaid } from './history.tsx';
import { Payment } from './payment.tsx';
import { SeatNames } from './seat-names.tsx';
import { Sums } from './sums.tsx';
import { useConfirmation, usePayments } from './use-payments.ts';
import { useChargedByCard } from './use-points.ts';
import { type Reservation, type Status, useCancellation, useReservation } from './use-reservation.ts';
import '../style/booking.css';

export function ReservationPage({ id }: { readonly id: string }) {
  return (
    <SignedIn>
      <Booking id={id} />
    </SignedIn>
  );
}

function Booking({ id }: { readonly id: string }) {
  const text = useBookingText();
  const language = useLanguage();
  const { data, error, refetch } = useReservation(id);
  const performance = usePerformance(data?.performanceId ?? '', {
    refresh: false,
    enabled: data !== undefined,
  }).data;
  const now = useServerTime();
  const isLapsed = data?.status === 'held' && now >= Date.parse(data.expiresAt);
  const status = isLapsed ? 'expired' : data?.status;
  useNews(status);
  const { isComing } = usePayments(id);
  const { isChecking, error: refusal } = useConfirmation(id);
  // Points that were charged by card change how it can be paid.
  const { isChecking: isCharging } = useChargedByCard();
  if (error && !data) return <FailedPage error={error} retry={refetch} />;
  if (!data || !status || isComing) return <Loading />;
  const title = performance
    ? localised(performance.title, performance.titleEn, language).main
    : text('booking');
  return (
    <div className="main-narrow stack booking" data-status={status}>
      <PageHeading key={status} title={title} />
      {performance && <WhenAndWhere performance={performance} />}
      {isChecking || isCharging ? (
        <Checking />
      ) : (
        <>
          <CardNews reservationId={id} error={refusal} />
          <Phase reservation={data} status={status} />
          <History reservationId={id} />
        </>
      )}
    </div>
  );
}

/** In place of all that the provider’s answer changes. */
function Checking() {
  const text = useBookingText();
  return (
    <section className="card stack" role="status">
      <p>{text('cardChecking')}</p>
    </section>
  );
}

/** What has happened stands at the top: there it is looked for, wherever the button was that brought it about. */
function useNews(status: Status | undefined): void {
  const known = useRef(status);
  useEffect(() => {
    if (known.current !== undefined && known.current !== status) scrollTo(0, 0);
    known.current = status;
  }, [status]);
}

type PhaseProps = { readonly reservation: Reservation; readonly status: Status };

function Phase({ reservation, status }: PhaseProps) {
  switch (status) {
    case 'held':
      return (
        <>
          <Payment reservation={reservation} />
          <Release reservationId={reservation.id} />
        </>
      );
    case 'confirmed':
      return <Confirmed reservation={reservation} />;
    case 'expired':
    case 'cancelling':
    case 'cancelled':
      return <Ended reservation={reservation} status={status} />;
  }
}

function Release({ reservationId }: { readonly reservationId: string }) {
  const text = useBookingText();
  const release = useCancellation(reservationId);
  return (
    <>
      {release.isError && <ProblemNotice error={release.error} />}
      <Ask
        label={text('release')}
        question={text('releaseSure')}
        yes={text('releaseYes')}
        no={text('keep')}
        isBusy={release.isPending}
        onYes={() => release.mutate()}
      />
    </>
  );
}

function Confirmed({ reservation }: { readonly reservation: Reservation }) {
  const text = useBookingText();
  const formats = useFormats();
  const cancellation = useCancellation(reservation.id);
  const { paidBy } = usePayments(reservation.id);
  const amount = formats.money(reservation.amount);
  return (
    <>
      <section className="card stack booking-done" role="status">
        <h2>{text('confirmed')}</h2>
        <p>{text('confirmedNote')}</p>
        <p>
          <Link to={ticketPaths.tickets} className="button button-large">
            {text('toTickets')}
          </Link>
        </p>
      </section>
      <section className="card stack" aria-label={text('seats')}>
        <SeatNames seats={reservation.seats} />
        <Sums amount={reservation.amount} />
      </section>
      {cancellation.isError && <ProblemNotice error={cancellation.error} />}
      <Ask
        label={text('cancel')}
        question={text(paidBy === 'card' ? 'cancelSureCard' : 'cancelSure', { amount })}
        yes={text('cancelYes')}
        no={text('keep')}
        isBusy={cancellation.isPending}
        onYes={() => cancellation.mutate()}
      />
    </>
  );
}

type EndedProps = {
  readonly reservation: Reservation;
  readonly status: 'expired' | 'cancelled' | 'cancelling';
};

function Ended({ reservation, status }: EndedProps) {
  const text = useBookingText();
  const formats = useFormats();
  const wasPaid = useWasPaid(reservation.id);
  const { paidBy } = usePayments(reservation.id);
  const title = status === 'expired' ? 'lapsed' : status;
  const amount = formats.money(reservation.amount);
  return (
    <>
      <section className="card stack" role="status">
        <h2>{text(title)}</h2>
        {status === 'expired' && paidBy === undefined && <p className="quiet">{text('lapsedNote')}</p>}
        {status === 'cancelled' && wasPaid !== undefined && (!wasPaid || paidBy === 'points') && (
          <p className="figures">{wasPaid ? text('refunded', { amount }) : text('nothingPaid')}</p>
        )}
        <p className="row">
          <Link to={fillPath(ticketPaths.seats, { id: reservation.performanceId })} className="button">
            {text('chooseAgain')}
          </Link>
          <Link to={ticketPaths.points} className="button button-quiet">
            {text('pointHistory')}
          </Link>
        </p>
      </section>
      <section className="card" aria-label={text('seats')}>
        <SeatNames seats={reservation.seats} />
      </section>
    </>
  );
}
