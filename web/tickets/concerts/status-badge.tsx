import { type ShopText, useShopText } from '../messages/shop.ts';
import type { Performance } from './performance-parts.tsx';
import { type Seats, seatsLeft } from './seats-left.ts';

export type SaleStatus = 'scheduled' | 'on_sale' | 'sold_out' | 'closed';

type Look = readonly [tone: string, key: Parameters<ShopText>[0]];

const LOOKS: Readonly<Record<SaleStatus, Look>> = {
  on_sale: ['badge-good', 'statusOnSale'],
  scheduled: ['badge-brand', 'statusScheduled'],
  sold_out: ['badge-bad', 'statusSoldOut'],
  closed: ['', 'statusClosed'],
};

const LOOKS_LEFT: Readonly<Record<ReturnType<typeof seatsLeft>, Look>> = {
  some: LOOKS.on_sale,
  few: ['badge-warn', 'statusFewLeft'],
  // All that is not sold is held: what is not paid in time comes back.
  none: ['badge-warn', 'statusAllHeld'],
};

/** Where a sale stands; with its seats also whether few are left. */
export function StatusBadge({ status, seats }: { readonly status: SaleStatus; readonly seats?: Seats }) {
  const text = useShopText();
  const [tone, key] = status === 'on_sale' && seats ? LOOKS_LEFT[seatsLeft(seats)] : LOOKS[status];
  return <span className={`badge ${tone}`}>{text(key)}</span>;
}

/** Says of a performance that it does not take place, or at another time. */
export function CalledOffBadge({ performance }: { readonly performance: Performance }) {
  const text = useShopText();
  if (performance.cancelledAt !== null)
    return <span className="badge badge-bad">{text('statusCancelled')}</span>;
  if (performance.postponedFrom === null) return null;
  return <span className="badge badge-warn">{text('statusPostponed')}</span>;
}

type PerformanceBadgesProps = { readonly performance: Performance; readonly status: SaleStatus };

/** Where the sale of a performance stands, unless it is cancelled, and whether it takes place as it was planned. */
export function PerformanceBadges({ performance, status }: PerformanceBadgesProps) {
  return (
    <>
      {performance.cancelledAt === null && <StatusBadge status={status} seats={performance} />}
      <CalledOffBadge performance={performance} />
    </>
  );
}
