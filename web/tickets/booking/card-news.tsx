import { useFormats } from '../../shared/i18n/use-text.ts';
import { useLocation } from '../../shared/router/location.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { useBookingText } from '../messages/booking.ts';
import { useBack, usePayments } from './use-payments.ts';

type CardNewsProps = {
  readonly reservationId: string;
  /** What a confirmation was refused with. */
  readonly error: Error | null;
};

/** How the payment by card stands, where there is something to say of it. */
export function CardNews({ reservationId, error }: CardNewsProps) {
  const text = useBookingText();
  const formats = useFormats();
  const { query } = useLocation();
  const isBack = useBack('reservation') !== null;
  const { card } = usePayments(reservationId);
  if (error) return <ProblemNotice error={error} />;
  if (!card) return null;
  const amount = formats.money(card.amount);
  switch (card.status) {
    case 'failed':
      return card.reason === 'superseded' ? null : (
        <Notice tone="warn">
          <p>{text(card.reason === 'card_declined' ? 'cardDeclined' : 'cardFailed')}</p>
        </Notice>
      );
    case 'requested':
      return isBack && query.has('code') ? (
        <Notice tone="warn">
          <p>{text('cardLeft')}</p>
        </Notice>
      ) : null;
    case 'refunding':
      return (
        <Notice>
          <p className="figures">{text('cardRefunding', { amount })}</p>
        </Notice>
      );
    case 'refunded':
      return (
        <Notice tone="good">
          <p className="figures">{text('cardRefunded', { amount })}</p>
        </Notice>
      );
    case 'succeeded':
    case 'unknown':
      return null;
  }
}
