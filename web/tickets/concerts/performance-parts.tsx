import type { Answer } from '../../shared/api/call.ts';
import { useAccount } from '../../shared/api/use-account.ts';
import { useShopText } from '../messages/shop.ts';
import { seatsLeft } from './seats-left.ts';

export type Performance = Answer<'getPerformance'>;

export function RemainingMeter({ performance }: { readonly performance: Performance }) {
  const text = useShopText();
  const { remainingTotal: count, capacity } = performance;
  const share = capacity === 0 ? 0 : count / capacity;
  return (
    <div className="remaining stack-tight">
      <p className="small figures">{text('remainingOf', { count, capacity })}</p>
      <div className={seatsLeft(performance) === 'some' ? 'meter' : 'meter meter-low'} aria-hidden="true">
        <i style={{ width: `${Math.round(share * 100)}%` }} />
      </div>
    </div>
  );
}

type OwnersWayProps = { readonly sellerId: string; readonly to: string };

/** To the page of the seller, for the one who it belongs to. It stands in a line that is there for others too. */
export function OwnersWay({ sellerId, to }: OwnersWayProps) {
  const text = useShopText();
  const { data: account } = useAccount();
  return account?.id === sellerId ? (
    <a className="small" href={to}>
      {text('toOwnSale')}
    </a>
  ) : null;
}
