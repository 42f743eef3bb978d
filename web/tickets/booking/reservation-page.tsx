import { useEffect, useRef } from 'react';
import { localised } from '../../shared/i18n/localised.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { useServerTime } from '../../shared/time/use-server-time.ts';
import { FailedPage } from '../../shared/ui/failed-page.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { SignedIn } from '../account/signed-in.tsx';
import { useBookingText } from '../messages/booking.ts';
import { ticketPaths } from '../paths.ts';
import { WhenAndWhere } from '../sale/performance-title.tsx';
import { usePerformance } from '../sale/use-performance.ts';
import { Ask } from './ask.tsx';
import { Charging } from './charge-form.tsx';
import { History, useWasPaid } from './history.tsx';
import { SeatNames } from './seat-names.tsx';
import { usePoints } from './use-points.ts';
import {
  type Reservation,
  type Status,
  useCancellation,
  usePayment,
  useReservation,
} from './use-reservation.ts';
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
  if (error && !data) return <FailedPage error={error} retry={refetch} />;
  if (!data || !status) return <Loading />;
  const title = performance
    ? localised(performance.title, performance.titleEn, language).main
    : text('booking');
  return (
    <div className="main-narrow stack booking" data-status={status}>
      <PageHeading key={status} title={title} />
      {performance && <WhenAndWhere performance={performance} />}
      <Phase reservation={data} status={status} />
      <History reservationId={id} />
    </div>
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
      return <Payment reservation={reservation} />;
    case 'confirmed':
      return <Confirmed reservation={reservation} />;
    case 'expired':
    case 'cancelling':
    case 'cancelled':
      return <Ended reservation={reservation} status={status} />;
  }
}

function Payment({ reservation }: { readonly reservation: Reservation }) {
  const text = useBookingText();
  const formats = useFormats();
  const now = useServerTime();
  const payment = usePayment(reservation.id);
  const points = usePoints();
  const balance = points.data?.balance;
  const { amount, expiresAt } = reservation;
  const missing = balance ? Math.max(0, amount.amount - balance.amount) : 0;
  const left = Date.parse(expiresAt) - now;
  const payButton = useRef<HTMLButtonElement>(null);
  const wasMissing = useRef(false);
  const forgetRefusal = payment.reset;
  // Once enough is charged the form goes with what was refused, and what comes next takes its focus.
  useEffect(() => {
    if (balance && missing === 0 && wasMissing.current) {
      payButton.current?.focus();
      forgetRefusal();
    }
    if (balance) wasMissing.current = missing > 0;
  }, [missing, balance, forgetRefusal]);
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
        <Sums amount={amount} points={{ balance }} />
        {points.failureCount > 0 && (
          <Notice tone="warn">
            <p>{text('balanceUnknown')}</p>
          </Notice>
        )}
        {payment.isError && <ProblemNotice error={payment.error} />}
        <button
          ref={payButton}
          type="button"
          className="button button-large button-wide"
          disabled={missing > 0 || payment.isPending}
          onClick={() => payment.mutate()}
        >
          {payment.isPending ? text('paying') : text('pay', { amount: formats.money(amount) })}
        </button>
      </section>
      {missing > 0 && <Charging missing={missing} />}
      <Release reservationId={reservation.id} />
    </>
  );
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

type Money = Reservation['amount'];

type SumsProps = {
  readonly amount: Money;
  /** Where it is still to be paid; the balance may be on its way, and is not waited for. */
  readonly points?: { readonly balance: Money | undefined };
};

function Sums({ amount, points }: SumsProps) {
  const text = useBookingText();
  const formats = useFormats();
  const balance = points?.balance;
  const rest = balance && balance.amount - amount.amount;
  return (
    <dl className="sums figures">
      <div className="sum-total">
        <dt>{text('amount')}</dt>
        <dd>{formats.money(amount)}</dd>
      </div>
      {points && (
        <div>
          <dt>{text('balance')}</dt>
          <dd>{balance ? formats.money(balance) : '…'}</dd>
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
        <Sums amount={reservation.amount} />
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
  readonly status: 'expired' | 'cancelled' | 'cancelling';
};

function Ended({ reservation, status }: EndedProps) {
  const text = useBookingText();
  const formats = useFormats();
  const wasPaid = useWasPaid(reservation.id);
  const title = status === 'expired' ? 'lapsed' : status;
  const amount = formats.money(reservation.amount);
  return (
    <>
      <section className="card stack" role="status">
        <h2>{text(title)}</h2>
        {status === 'expired' && <p className="quiet">{text('lapsedNote')}</p>}
        {status === 'cancelled' && wasPaid !== undefined && (
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
