import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type Answer, call, callForFile } from '../../shared/api/call.ts';
import { useFormats } from '../../shared/i18n/use-text.ts';
import type { Performance } from '../../tickets/concerts/performance-parts.tsx';
import { FileButton } from '../forms/file-button.tsx';
import { useSellerText } from '../messages/seller.ts';

type Item = Answer<'getTakings'>['items'][number];

/** What was paid for a performance, read again when the number of its sold seats changes. */
export function useTakings({ id, concertId }: Performance, sold: number): readonly Item[] | undefined {
  const { data } = useQuery({
    queryKey: ['mine', 'takings', concertId, sold],
    queryFn: ({ signal }) => call('getTakings', { params: { id: concertId }, signal }),
    placeholderData: keepPreviousData,
  });
  return data?.items.filter((item) => item.performanceId === id);
}

type TakingsProps = { readonly performance: Performance; readonly items: readonly Item[] };

/** Takings by day and grade, and the same of the whole concert as a file. */
export function Takings({ performance: { concertId }, items }: TakingsProps) {
  const text = useSellerText();
  const formats = useFormats();
  return (
    <>
      <p className="small quiet">{text('takingsNote')}</p>
      {items.length > 0 && (
        <div className="card table-card">
          <table className="table figures">
            <caption className="visually-hidden">{text('takings')}</caption>
            <thead>
              <tr>
                <th scope="col">{text('day')}</th>
                <th scope="col">{text('grade')}</th>
                {(['paid', 'refunded', 'net'] as const).map((key) => (
                  <th key={key} scope="col" className="number">
                    {text(key)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {items.map(({ day, grade, paid, refunded, net }) => (
                <tr key={`${day} ${grade}`}>
                  <th scope="row">{day}</th>
                  <td>{grade}</td>
                  <td className="number">{formats.money(paid)}</td>
                  <td className="number">{formats.money(refunded)}</td>
                  <td className="number">{formats.money(net)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <FileButton
        label={text('takingsFile')}
        name={`takings-${concertId}.csv`}
        fetchFile={() => callForFile('getTakings', { params: { id: concertId }, query: { format: 'csv' } })}
      />
    </>
  );
}
