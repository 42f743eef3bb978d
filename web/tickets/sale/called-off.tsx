import type { ReactNode } from 'react';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import type { Performance } from '../concerts/performance-parts.tsx';
import { useSaleText } from '../messages/sale.ts';

type CancelledNoticeProps = {
  readonly performance: Performance;
  /** Where the money of the reader is; what is said to everybody where there is none. */
  readonly children?: ReactNode;
};

/** Says that a performance does not take place, and why. */
export function CancelledNotice({ performance, children }: CancelledNoticeProps) {
  const text = useSaleText();
  const reason = performance.cancelReason;
  return (
    <Notice tone="bad">
      <p>
        <strong>{text('cancelled')}</strong>
      </p>
      {reason !== null && <p>{text('cancelReason', { reason })}</p>}
      {children ?? <p>{text('cancelledNote')}</p>}
    </Notice>
  );
}

/** In a line: that a performance is cancelled and why, or when it was to start before it was postponed. */
export function CalledOffNote({ performance }: { readonly performance: Performance }) {
  const text = useSaleText();
  const formats = useFormats();
  const { postponedFrom, cancelledAt, cancelReason: reason, timeZone } = performance;
  if (cancelledAt !== null)
    return (
      <p className="small">
        <strong>{text('cancelled')}</strong>
        {reason !== null && <span className="block">{text('cancelReason', { reason })}</span>}
      </p>
    );
  if (postponedFrom === null) return null;
  return (
    <p className="small figures">{text('postponed', { when: formats.when(postponedFrom, timeZone) })}</p>
  );
}
