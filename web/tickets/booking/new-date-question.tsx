import { type ReactNode, useEffect, useRef } from 'react';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import type { Performance } from '../concerts/performance-parts.tsx';
import { useBookingText } from '../messages/booking.ts';
import { useProgressText } from '../messages/progress.ts';
import type { NewDate } from './new-date.ts';
import { type Reservation, useKeeping } from './use-reservation.ts';

type NewDateQuestionProps = {
  readonly reservation: Reservation;
  readonly performance: Performance;
  readonly newDate: NewDate;
  /** The way to hand the tickets back. */
  readonly children: ReactNode;
};

/** The old and the new time of a postponed performance; who has paid keeps the tickets or hands them back. */
export function NewDateQuestion({ reservation, performance, newDate, children }: NewDateQuestionProps) {
  const text = useProgressText();
  const formats = useFormats();
  const keeping = useKeeping(reservation.id);
  const { startsAt, postponedFrom, timeZone } = performance;
  const heading = useRef<HTMLHeadingElement>(null);
  const known = useRef(newDate);
  // The button that was pressed is gone: the focus goes to what is said instead.
  useEffect(() => {
    if (known.current !== newDate) heading.current?.focus();
    known.current = newDate;
  }, [newDate]);
  const until = formats.when(startsAt, timeZone);
  const amount = formats.money(reservation.amount);
  const words = {
    asked: text('newDateAsk', { until, amount }),
    kept: text('newDateKept', { until }),
    told: text('newDateHeld'),
  }[newDate];
  return (
    <section className="card stack new-date" aria-labelledby="new-date-heading" data-new-date={newDate}>
      <h2 ref={heading} id="new-date-heading" tabIndex={-1}>
        {text('postponed')}
      </h2>
      <dl className="facts figures">
        <div>
          <dt>{text('oldDate')}</dt>
          <dd>
            <s>{formats.when(postponedFrom ?? startsAt, timeZone)}</s>
          </dd>
        </div>
        <div>
          <dt>{text('newDate')}</dt>
          <dd>
            <strong>{until}</strong>
          </dd>
        </div>
      </dl>
      <p role="status">{words}</p>
      {keeping.isError && <ProblemNotice error={keeping.error} />}
      {newDate === 'asked' && (
        <>
          <button
            type="button"
            className="button button-large button-wide"
            disabled={keeping.isPending}
            onClick={() => keeping.mutate()}
          >
            {text('keepTickets')}
          </button>
          {children}
        </>
      )}
    </section>
  );
}

type MoneyBackProps = {
  readonly reservation: Reservation;
  readonly paidBy: 'points' | 'card' | undefined;
};

/** Where the money of a cancelled performance goes, before it is on its way. */
export function MoneyBack({ reservation, paidBy }: MoneyBackProps) {
  const text = useProgressText();
  const bookingText = useBookingText();
  const formats = useFormats();
  const amount = formats.money(reservation.amount);
  if (reservation.status === 'confirmed' && paidBy !== undefined)
    return <p className="figures">{text(paidBy === 'card' ? 'moneyToCard' : 'moneyToPoints', { amount })}</p>;
  return reservation.status === 'held' ? <p>{bookingText('nothingPaid')}</p> : null;
}
