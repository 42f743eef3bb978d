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
  const { payment, error, isChecking } = useChargedByCard();
  const underWay = (points?.underWay ?? []).filter(({ id }) => id !== payment?.id || !isChecking);
  return (
    <>
      {error && <ProblemNotice error={error} />}
      {isChecking && (
        <Notice>
          <p>{text('chargeChecking')}</p>
        </Notice>
      )}
      {!isChecking && payment && <Ended payment={payment} />}
      {underWay.map((one) => (
        <UnderWay key={one.id} payment={one} />
      ))}
    </>
  );
}

function Ended({ payment }: { readonly payment: Pick<Payment, 'status' | 'reason' | 'amount'> }) {
  const text = useBookingText();
  const formats = useFormats();
  const amount = formats.money(payment.amount);
  switch (payment.status) {
    case 'succeeded':
      return (
        <Notice tone="good">
          <p className="figures">{text('charged', { amount })}</p>
        </Notice>
      );
    case 'failed':
      return payment.reason === 'superseded' ? null : (
        <Notice tone="warn">
          <p>{text(payment.reason === 'card_declined' ? 'chargeDeclined' : 'chargeFailed')}</p>
        </Notice>
      );
    case 'refunded':
      return (
        <Notice>
          <p className="figures">{text('cardRefunded', { amount })}</p>
        </Notice>
      );
    // What has not ended stands among what is under way.
    case 'requested':
    case 'unknown':
    case 'refunding':
      return null;
  }
}

function UnderWay({ payment: { status, amount, checkoutUrl } }: { readonly payment: Payment }) {
  const text = useBookingText();
  const formats = useFormats();
  const said = { amount: formats.money(amount) };
  if (status === 'unknown')
    return (
      <Notice>
        <p>{text('chargeChecking')}</p>
      </Notice>
    );
  if (status === 'refunding')
    return (
      <Notice>
        <p className="figures">{text('cardRefunding', said)}</p>
      </Notice>
    );
  return (
    <Notice tone="warn">
      <p className="figures">{text('chargeUnfinished', said)}</p>
      {checkoutUrl !== null && (
        <p>
          <a href={checkoutUrl}>{text('chargeGoOn')}</a>
        </p>
      )}
    </Notice>
  );
}
