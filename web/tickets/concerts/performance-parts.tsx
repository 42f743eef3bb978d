import type { Answer } from '../../shared/api/call.ts';
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
