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
import type { Performance } from '../concerts/performance-parts.tsx';
import { useBookingText } from '../messages/booking.ts';
import { useProgressText } from '../messages/progress.ts';
import { ticketPaths } from '../paths.ts';
import { CancelledNotice } from '../sale/called-off.tsx';
import { WhenAndWhere } from '../sale/performance-title.tsx';
import { usePerformance } from '../sale/use-performance.ts';
import { Ask } from './ask.tsx';
import { CardNews } from './card-news.tsx';
import { History, useWasPaid } from './history.tsx';
import { type NewDate, newDateOf } from './new-date.ts';
import { MoneyBack, NewDateQuestion } from './new-date-question.tsx';
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
  const planned = usePerformance(data?.performanceId ?? '', {
    refresh: 'on-open',
    enabled: data !== undefined,
  });
  const performance = planned.data;
  const now = useServerTime();
  const isLapsed = data?.status === 'held' && now >= Date.parse(data.expiresAt);
  const status = isLapsed ? 'expired' : data?.status;
  useNews(status);
  const { isComing } = usePayments(id);
  const { isChecking, error: refusal } = useConfirmation(id);
  // Points that were charged by card change how it can be paid.
  const { isChecking: isCharging } = useChargedByCard();
  if (error && !data) return <FailedPage error={error} retry={refetch} />;
  // A performance that is cancelled or postponed stands above the rest.
  const isPlanComing = planned.isLoading && planned.failureCount === 0;
  if (!data || !status || isComing || isPlanComing) return <Loading />;
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
          <Phase reservation={data} status={status} performance={performance} now={now} />
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

type Planned = {
  readonly reservation: Reservation;
  /** Undefined while it cannot be read. */
  readonly performance: Performance | undefined;
};

function Phase({
  status,
  now,
  ...planned
}: Planned & {
  readonly status: Status;
  readonly now: number;
}) {
  const text = useProgressText();
  const { reservation, performance } = planned;
  const newDate = performance && newDateOf(reservation, performance, now);
  return (
    <>
      {performance && performance.cancelledAt !== null && (
        <CalledOff {...planned} performance={performance} />
      )}
      {performance && newDate && (
        <NewDateQuestion reservation={reservation} performance={performance} newDate={newDate}>
          <Cancellation reservation={reservation} label={text('handBack')} />
        </NewDateQuestion>
      )}
      <OwnPhase {...planned} status={status} newDate={newDate} />
    </>
  );
}

function CalledOff({ reservation, performance }: Planned & { readonly performance: Performance }) {
  const { paidBy } = usePayments(reservation.id);
  return (
    <CancelledNotice performance={performance}>
      <MoneyBack reservation={reservation} paidBy={paidBy} />
    </CancelledNotice>
  );
}

type PhaseProps = Planned & { readonly status: Status; readonly newDate: NewDate | undefined };

function OwnPhase({ reservation, performance, status, newDate }: PhaseProps) {
  const isCalledOff = performance !== undefined && performance.cancelledAt !== null;
  // It is carried out by itself: there is nothing to pay and nothing to cancel.
  if (isCalledOff && (status === 'held' || status === 'confirmed'))
    return <Seats seats={reservation.seats} />;
  switch (status) {
    case 'held':
      return (
        <>
          <Payment reservation={reservation} />
          <Release reservationId={reservation.id} />
        </>
      );
    case 'confirmed':
      return <Confirmed reservation={reservation} isAsked={newDate === 'asked'} />;
    case 'expired':
    case 'cancelling':
    case 'cancelled':
      return <Ended reservation={reservation} status={status} isCalledOff={isCalledOff} />;
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

type ConfirmedProps = {
  readonly reservation: Reservation;
  /** Whether the tickets are kept or handed back is asked above. */
  readonly isAsked: boolean;
};

function Confirmed({ reservation, isAsked }: ConfirmedProps) {
  const text = useBookingText();
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
      {!isAsked && <Cancellation reservation={reservation} label={text('cancel')} />}
    </>
  );
}

type CancellationProps = { readonly reservation: Reservation; readonly label: string };

/** Gives back what was paid for, and all of the money. */
function Cancellation({ reservation, label }: CancellationProps) {
  const text = useBookingText();
  const formats = useFormats();
  const cancellation = useCancellation(reservation.id);
  const { paidBy } = usePayments(reservation.id);
  const amount = formats.money(reservation.amount);
  return (
    <>
      {cancellation.isError && <ProblemNotice error={cancellation.error} />}
      <Ask
        label={label}
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
  readonly isCalledOff: boolean;
};

/** Keeps the place of what is not known yet, so that nothing below it moves. */
const EMPTY_LINE = '\u00a0';

function Ended({ reservation, status, isCalledOff }: EndedProps) {
  const text = useBookingText();
  const formats = useFormats();
  const wasPaid = useWasPaid(reservation.id);
  const { paidBy } = usePayments(reservation.id);
  const title = status === 'expired' ? 'lapsed' : status;
  const amount = formats.money(reservation.amount);
  const refunded = wasPaid && paidBy === 'points' ? text('refunded', { amount }) : EMPTY_LINE;
  const whatCameBack = wasPaid === false ? text('nothingPaid') : refunded;
  return (
    <>
      <section className="card stack" role="status">
        <h2>{text(title)}</h2>
        {status === 'expired' && paidBy === undefined && <p className="quiet">{text('lapsedNote')}</p>}
        {status === 'cancelled' && paidBy !== 'card' && <p className="figures">{whatCameBack}</p>}
        <p className="row">
          {!isCalledOff && (
            <Link to={fillPath(ticketPaths.seats, { id: reservation.performanceId })} className="button">
              {text('chooseAgain')}
            </Link>
          )}
          {paidBy !== 'card' && (
            <Link to={ticketPaths.points} className="button button-quiet">
              {text('pointHistory')}
            </Link>
          )}
        </p>
      </section>
      <Seats seats={reservation.seats} />
    </>
  );
}

function Seats({ seats }: Pick<Reservation, 'seats'>) {
  const text = useBookingText();
  return (
    <section className="card" aria-label={text('seats')}>
      <SeatNames seats={seats} />
    </section>
  );
}
