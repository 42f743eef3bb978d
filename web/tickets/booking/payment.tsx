import { useEffect, useRef, useState } from 'react';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { useServerTime } from '../../shared/time/use-server-time.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { useBookingText } from '../messages/booking.ts';
import { Charging } from './charge-form.tsx';
import { SeatNames } from './seat-names.tsx';
import { Sums } from './sums.tsx';
import { type Method, useBack, usePayment, usePaymentMethods, usePayments } from './use-payments.ts';
import { usePoints } from './use-points.ts';
import type { Reservation } from './use-reservation.ts';
import { WayChoice } from './way-choice.tsx';

/** The way to pay a hold, by points or by card, and the time that is left for it. */
export function Payment({ reservation }: { readonly reservation: Reservation }) {
  const text = useBookingText();
  const formats = useFormats();
  const payment = usePayment(reservation.id);
  const { data: methods } = usePaymentMethods();
  const { card } = usePayments(reservation.id);
  // Who comes back from the provider had chosen the card.
  const [method, setMethod] = useState<Method>(useBack('reservation') === null ? 'points' : 'card');
  const points = usePoints();
  const balance = points.data?.balance;
  const { amount } = reservation;
  const byCard = method === 'card';
  const missing = balance && !byCard ? Math.max(0, amount.amount - balance.amount) : 0;
  const payButton = useRef<HTMLButtonElement>(null);
  const wasMissing = useRef(false);
  const forgetRefusal = payment.reset;
  // Once enough is charged the form goes with what was refused, and what comes next takes its focus.
  useEffect(() => {
    if (balance && missing === 0 && wasMissing.current && !byCard) {
      payButton.current?.focus();
      forgetRefusal();
    }
    if (balance) wasMissing.current = missing > 0;
  }, [missing, balance, byCard, forgetRefusal]);
  // From a buyer who is on the way to the provider nothing more is asked.
  const isBusy = payment.isPending || card?.status === 'unknown';
  const choose = (next: Method) => {
    setMethod(next);
    forgetRefusal();
  };
  return (
    <>
      <HoldClock expiresAt={reservation.expiresAt} />
      <section className="card stack" aria-label={text('seats')}>
        <SeatNames seats={reservation.seats} />
        {methods?.methods.includes('card') !== false && (
          <WayChoice
            legend={text('payBy')}
            ways={(['points', 'card'] as const).map((one) => ({ value: one, label: text(`method.${one}`) }))}
            chosen={method}
            isReady={methods !== undefined}
            onChoose={choose}
          />
        )}
        <Sums amount={amount} {...(byCard ? {} : { points: { balance } })} />
        {points.failureCount > 0 && !byCard && (
          <Notice tone="warn">
            <p>{text('balanceUnknown')}</p>
          </Notice>
        )}
        {byCard && <p className="small quiet">{text(methods?.isSimulated ? 'cardSimulated' : 'cardNote')}</p>}
        {payment.isError && <ProblemNotice error={payment.error} />}
        <button
          ref={payButton}
          type="button"
          className="button button-large button-wide"
          disabled={missing > 0 || isBusy}
          onClick={() => payment.mutate(method)}
        >
          {isBusy ? text('paying') : text(byCard ? 'payCard' : 'pay', { amount: formats.money(amount) })}
        </button>
      </section>
      {missing > 0 && <Charging missing={missing} />}
    </>
  );
}

function HoldClock({ expiresAt }: { readonly expiresAt: string }) {
  const text = useBookingText();
  const formats = useFormats();
  const left = Date.parse(expiresAt) - useServerTime();
  return (
    <section className="card hold-clock" data-urgent={left < 60_000}>
      <p>{text('heldForYou')}</p>
      <p className="row-apart">
        <span className="quiet">{text('payWithin')}</span>
        <strong className="figures" role="timer">
          {formats.clock(left)}
        </strong>
      </p>
    </section>
  );
}
