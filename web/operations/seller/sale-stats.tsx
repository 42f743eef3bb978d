import { useFormats } from '../../shared/i18n/use-text.ts';
import type { Performance } from '../../tickets/concerts/performance-parts.tsx';
import { useSellerText } from '../messages/seller.ts';
import { addUp, type SaleCount } from './sale-counts.ts';
import { Takings, useTakings } from './takings.tsx';

type SaleStatsProps = {
  readonly counts: readonly (SaleCount & { readonly grade: string })[];
  readonly performance: Performance;
};

/** What was sold and for how much, in all and by grade. */
export function SaleStats({ counts, performance }: SaleStatsProps) {
  const { prices } = performance;
  const text = useSellerText();
  const formats = useFormats();
  const total = addUp(counts);
  const takings = useTakings(performance, total.sold);
  const net = takings?.reduce((sum, item) => sum + item.net.amount, 0);
  const share = total.capacity === 0 ? 0 : Math.floor((total.sold / total.capacity) * 100);
  const tiles = [
    [text('sold'), formats.number(total.sold)],
    [text('held'), formats.number(total.held)],
    [text('free'), formats.number(total.free)],
    [text('soldShare'), `${share}%`],
    [text('takings'), net === undefined ? '—' : formats.money({ amount: net, currency: 'KRW' })],
  ] as const;
  // Dearest first, as everywhere.
  const rows = counts
    .map((count) => ({ ...count, price: prices[count.grade] }))
    .toSorted((a, b) => (b.price?.amount ?? 0) - (a.price?.amount ?? 0));
  return (
    <>
      <dl className="tiles">
        {tiles.map(([name, value]) => (
          <div key={name} className="card tile">
            <dt className="small quiet">{name}</dt>
            <dd className="tile-value figures">{value}</dd>
          </div>
        ))}
      </dl>
      <div className="card table-card">
        <table className="table figures">
          <thead>
            <tr>
              <th scope="col">{text('grade')}</th>
              {(['price', 'capacity', 'sold', 'held', 'free'] as const).map((key) => (
                <th key={key} scope="col" className="number">
                  {text(key)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ grade, price, capacity, sold, held, free }) => (
              <tr key={grade}>
                <th scope="row">{grade}</th>
                <td className="number">{price ? formats.money(price) : '—'}</td>
                {[capacity, sold, held, free].map((value, index) => (
                  // The columns are the same in every row.
                  // oxlint-disable-next-line react/no-array-index-key
                  <td key={index} className="number">
                    {formats.number(value)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Takings performance={performance} items={takings ?? []} />
    </>
  );
}
