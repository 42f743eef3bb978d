import { useSellerText } from '../messages/seller.ts';
import { PlanCanvas } from '../plans/plan-canvas.tsx';
import { addUp, countByGrade } from './sale-counts.ts';
import type { LiveSale } from './use-live-sale.ts';

const STATES = ['sold', 'held', 'free'] as const;

/** Every seat of a sale, coloured by how it stands; its place is kept until it is there. */
export function SaleMap({ sale }: { readonly sale: LiveSale | undefined }) {
  const text = useSellerText();
  return (
    <>
      <ul className="legend-row small">
        {STATES.map((state) => (
          <li key={state}>
            <i className={`swatch swatch-${state}`} aria-hidden="true" /> {text(state)}
          </li>
        ))}
      </ul>
      {sale ? <Drawn sale={sale} /> : <div className="plan-canvas skeleton" />}
    </>
  );
}

function Drawn({ sale: { layout, seats } }: { readonly sale: LiveSale }) {
  const text = useSellerText();
  const total = addUp(countByGrade(layout, seats.statuses));
  return <PlanCanvas layout={layout} state={seats} label={text('saleMapLabel', total)} />;
}
