import { useEffect, useRef } from 'react';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { useServerTime } from '../../shared/time/use-server-time.ts';
import { FailedPage } from '../../shared/ui/failed-page.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { SignedIn } from '../account/signed-in.tsx';
import { localised } from '../concerts/localised.ts';
import { useBookingText } from '../messages/booking.ts';
import { ticketPaths } from '../paths.ts';
import { WhenAndWhere } from '../sale/performance-title.tsx';
import { usePerformance } from '../sale/use-performance.ts';
import { Ask } from './ask.tsx';
import { ChargeForm } from './charge-form.tsx';
import { History } from './history.tsx';
import { SeatNames } from './seat-names.tsx';
import { usePoints } from './use-points.ts';
import { type Reservation, useCancellation, usePayment, useReservation } from './use-reservation.ts';
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
  if (error && !data) return <FailedPage error={error} retry={refetch} />;
  if (!data) return <Loading />;
  return (
    <div className="main-narrow stack booking" data-status={data.status}>
      <PageHeading title={performance ? localised(performance.title, language).main : text('booking')} />
      {performance && <WhenAndWhere performance={performance} />}
      <Phase reservation={data} />
      <History reservationId={id} />
    </div>
  );
}

function Phase({ reservation }: { readonly reservation: Reservation }) {
  const now = useServerTime();
  switch (reservation.status) {
    case 'held':
      return now < Date.parse(reservation.expiresAt) ? (
        <Payment reservation={reservation} />
      ) : (
        <Ended reservation={reservation} title="lapsed" note="lapsedNote" />
      );
    case 'confirmed':
      return <Confirmed reservation={reservation} />;
    case 'expired':
      return <Ended reservation={reservation} title="lapsed" note="lapsedNote" />;
    case 'cancelling':
      return <Ended reservation={reservation} title="cancelling" />;
    case 'cancelled':
      return <Ended reservation={reservation} title="cancelled" />;
  }
}

function Payment({ reservation }: { readonly reservation: Reservation }) {
  const text = useBookingText();
  const formats = useFormats();
  const now = useServerTime();
  const payment = usePayment(reservation.id);
  const release = useCancellation(reservation.id);
  const balance = usePoints().data?.balance;
  const { amount, expiresAt } = reservation;
  const won = (value: number) => formats.money({ amount: value, currency: 'KRW' });
  const missing = balance ? Math.max(0, amount.amount - balance.amount) : 0;
  const left = Date.parse(expiresAt) - now;
  const payButton = useRef<HTMLButtonElement>(null);
  const wasMissing = useRef(false);
  // Once enough is charged the form goes, and what comes next takes its focus.
  useEffect(() => {
    if (missing > 0) wasMissing.current = true;
    else if (balance && wasMissing.current) payButton.current?.focus();
  }, [missing, balance]);
  return (
    <>
      <section className="card hold-clock" data-urgent={left < 60_000}>
        <p>{text('heldForYou')}</p>
        <p className="row-apart">
          <span className="quiet">{text('payWithin')}</span>
          <strong className="figures" role="timer">
            {formats.clock(left)}
          </strong>
        </p>
      </section>
      <section className="card stack" aria-label={text('seats')}>
        <SeatNames seats={reservation.seats} />
        <Sums amount={amount} balance={balance} />
        {payment.isError && <ProblemNotice error={payment.error} />}
        <button
          ref={payButton}
          type="button"
          className="button button-large button-wide"
          disabled={!balance || missing > 0 || payment.isPending}
          onClick={() => payment.mutate()}
        >
          {payment.isPending ? text('paying') : text('pay', { amount: formats.money(amount) })}
        </button>
      </section>
      {missing > 0 && (
        <section className="card stack" aria-labelledby="charge-heading">
          <h2 id="charge-heading">{text('charge')}</h2>
          <p className="figures">{text('missing', { amount: won(missing) })}</p>
          <ChargeForm suggested={missing} />
        </section>
      )}
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

type Money = Reservation['amount'];

function Sums({ amount, balance }: { readonly amount: Money; readonly balance: Money | undefined }) {
  const text = useBookingText();
  const formats = useFormats();
  const rest = balance && balance.amount - amount.amount;
  return (
    <dl className="sums figures">
      <div className="sum-total">
        <dt>{text('amount')}</dt>
        <dd>{formats.money(amount)}</dd>
      </div>
      {balance && (
        <div>
          <dt>{text('balance')}</dt>
          <dd>{formats.money(balance)}</dd>
        </div>
      )}
      {rest !== undefined && rest >= 0 && (
        <div>
          <dt>{text('afterwards')}</dt>
          <dd>{formats.money({ amount: rest, currency: 'KRW' })}</dd>
        </div>
      )}
    </dl>
  );
}

function Confirmed({ reservation }: { readonly reservation: Reservation }) {
  const text = useBookingText();
  const formats = useFormats();
  const cancellation = useCancellation(reservation.id);
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
        <Sums amount={reservation.amount} balance={undefined} />
      </section>
      {cancellation.isError && <ProblemNotice error={cancellation.error} />}
      <Ask
        label={text('cancel')}
        question={text('cancelSure', { amount })}
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
  readonly title: 'lapsed' | 'cancelled' | 'cancelling';
  readonly note?: 'lapsedNote';
};

function Ended({ reservation, title, note }: EndedProps) {
  const text = useBookingText();
  return (
    <>
      <section className="card stack" role="status">
        <h2>{text(title)}</h2>
        {note && <p className="quiet">{text(note)}</p>}
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
