import { useState } from 'react';
import { serverClock } from '../../shared/time/server-clock.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { useSellerText } from '../messages/seller.ts';
import type { toTerms } from './terms-draft.ts';

/** An opening in the past sells at once, which is seldom meant: it is asked about before it is saved. */
export function usePastOpening(read: ReturnType<typeof toTerms> | undefined) {
  const [asked, setAsked] = useState<string>();
  const opensAt = read?.ok ? read.terms.opensAt : undefined;
  const isAsking = opensAt !== undefined && asked === opensAt;
  return {
    isAsking,
    /** The same opening sent once more is the answer. */
    mayGoOn(): boolean {
      const isPast = opensAt !== undefined && Date.parse(opensAt) <= serverClock.now();
      setAsked(isPast && !isAsking ? opensAt : undefined);
      return !isPast || isAsking;
    },
  };
}

export function PastOpeningNotice() {
  const text = useSellerText();
  return (
    <Notice tone="warn">
      <p>{text('openingIsPast')}</p>
    </Notice>
  );
}
