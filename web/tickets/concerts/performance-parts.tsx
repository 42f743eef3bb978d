import type { Answer } from '../../shared/api/call.ts';
import { useShopText } from '../messages/shop.ts';

export type Performance = Answer<'getPerformance'>;

/** Below this share of the seats it is said that few are left. */
const FEW = 0.1;

export function RemainingMeter({ performance }: { readonly performance: Performance }) {
  const text = useShopText();
  const { remainingTotal: count, capacity } = performance;
  const share = capacity === 0 ? 0 : count / capacity;
  return (
    <div className="remaining stack-tight">
      <p className="small figures">{text('remainingOf', { count, capacity })}</p>
      <div className={share < FEW ? 'meter meter-low' : 'meter'} aria-hidden="true">
        <i style={{ width: `${Math.round(share * 100)}%` }} />
      </div>
    </div>
  );
}
