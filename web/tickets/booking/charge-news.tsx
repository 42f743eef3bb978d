import { useFormats } from '../../shared/i18n/use-text.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { useBookingText } from '../messages/booking.ts';
import type { Payment } from './use-payments.ts';
import { useChargedByCard, usePoints } from './use-points.ts';

/** How charges by card stand: what has not ended, and how the one ended that somebody comes back from. */
export function ChargeNews() {
  const text = useBookingText();
  const { data: points } = usePoints();
  const { id, payment, error, isChecking } = useChargedByCard();
  const others = points?.underWay.filter((one) => one.id !== id) ?? [];
  return (
    <>
      {error && <ProblemNotice error={error} />}
      {/* From the first moment on, so that what comes of it takes this place. */}
      {isChecking && !error && (
        <Notice>
          <p>{text('chargeChecking')}</p>
        </Notice>
      )}
      {!isChecking && payment && <News payment={payment} />}
      {others.map((one) => (
        <News key={one.id} payment={one} />
      ))}
    </>
  );
}

type NewsProps = { readonly payment: Pick<Payment, 'status' | 'reason' | 'amount' | 'checkoutUrl'> };

function News({ payment: { status, reason, amount, checkoutUrl } }: NewsProps) {
  const text = useBookingText();
  const formats = useFormats();
  const said = { amount: formats.money(amount) };
  switch (status) {
    case 'requested':
      return (
        <Notice tone="warn">
          <p className="row figures">
            {text('chargeUnfinished', said)}
            {checkoutUrl !== null && <a href={checkoutUrl}>{text('chargeGoOn')}</a>}
          </p>
        </Notice>
      );
    case 'unknown':
      return (
        <Notice>
          <p>{text('chargeChecking')}</p>
        </Notice>
      );
    case 'succeeded':
      return (
        <Notice tone="good">
          <p className="figures">{text('charged', said)}</p>
        </Notice>
      );
    case 'failed':
      return reason === 'superseded' ? null : (
        <Notice tone="warn">
          <p>{text(reason === 'card_declined' ? 'chargeDeclined' : 'chargeFailed')}</p>
        </Notice>
      );
    case 'refunding':
    case 'refunded':
      return (
        <Notice>
          <p className="figures">{text(status === 'refunded' ? 'cardRefunded' : 'cardRefunding', said)}</p>
        </Notice>
      );
  }
}
