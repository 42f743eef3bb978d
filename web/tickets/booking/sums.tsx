import { useFormats } from '../../shared/i18n/use-text.ts';
import { useBookingText } from '../messages/booking.ts';
import type { Reservation } from './use-reservation.ts';

type Money = Reservation['amount'];

type SumsProps = {
  readonly amount: Money;
  /** Where it is still to be paid; the balance may be on its way, and is not waited for. */
  readonly points?: { readonly balance: Money | undefined };
};

/** What is to be paid, and what it does to the points. */
export function Sums({ amount, points }: SumsProps) {
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
