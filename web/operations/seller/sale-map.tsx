import { useSellerText } from '../messages/seller.ts';
import { PlanCanvas } from '../plans/plan-canvas.tsx';
import { addUp, countByGrade } from './sale-counts.ts';
import type { LiveSale } from './use-live-sale.ts';

const STATES = ['sold', 'held', 'free'] as const;

/** Every seat of a sale, coloured by how it stands. */
export function SaleMap({ sale: { layout, seats } }: { readonly sale: LiveSale }) {
  const text = useSellerText();
  const total = addUp(countByGrade(layout, seats.statuses));
  return (
    <>
      <ul className="legend-row small">
        {STATES.map((state) => (
          <li key={state}>
            <i className={`swatch swatch-${state}`} aria-hidden="true" /> {text(state)}
          </li>
        ))}
      </ul>
      <PlanCanvas layout={layout} state={seats} label={text('saleMapLabel', total)} />
    </>
  );
}
