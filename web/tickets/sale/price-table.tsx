import { useFormats } from '../../shared/i18n/use-text.ts';
import type { Performance } from '../concerts/performance-parts.tsx';
import { useSaleText } from '../messages/sale.ts';
import { GradeMark } from './grade-mark.tsx';

/** Grades by price, dearest first, as the API gives them. */
export function PriceTable({ performance }: { readonly performance: Performance }) {
  const text = useSaleText();
  const formats = useFormats();
  return (
    <table className="price-table figures">
      <thead>
        <tr>
          <th scope="col">{text('grade')}</th>
          <th scope="col">{text('price')}</th>
          <th scope="col">{text('left')}</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(performance.prices).map(([grade, price], index) => (
          <tr key={grade}>
            <th scope="row">
              <GradeMark gradeNo={index} /> {grade}
            </th>
            <td>{formats.money(price)}</td>
            <td>{formats.number(performance.remaining[grade] ?? 0)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
