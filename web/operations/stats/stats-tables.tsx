import type { ReactNode } from 'react';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { useOperationsText } from '../messages/operations.ts';
import { useOutcomeNames } from '../messages/outcomes.ts';
import type { Stats } from './use-stats.ts';

type Column = { readonly name: string; readonly isNumber?: boolean };
type TableProps = {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
};

function StatsTable({ title, columns, rows }: TableProps) {
  return (
    <div className="card table-card">
      <table className="table table-even figures">
        <caption className="visually-hidden">{title}</caption>
        <thead>
          <tr>
            {columns.map(({ name, isNumber = false }) => (
              <th key={name} scope="col" className={isNumber ? 'number' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {columns.map(({ name, isNumber = false }, index) =>
                index === 0 ? (
                  <th key={name} scope="row">
                    {cells[index]}
                  </th>
                ) : (
                  <td key={name} className={isNumber ? 'number' : undefined}>
                    {cells[index]}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type SectionProps = { readonly title: string; readonly children: ReactNode };

function Section({ title, children }: SectionProps) {
  return (
    <section className="stack-tight" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** How holds and payments ended since the process began. */
export function OutcomeTable({ stats }: { readonly stats: Stats }) {
  const text = useOperationsText();
  const formats = useFormats();
  const named = useOutcomeNames();
  const outcomes = [
    ...Object.entries(stats.holdOutcomes),
    ...Object.entries(stats.paymentOutcomes),
    ['expired', stats.holdsExpired] as const,
  ];
  return (
    <Section title={text('holdOutcomes')}>
      <StatsTable
        title={text('holdOutcomes')}
        columns={[{ name: text('outcome') }, { name: text('count'), isNumber: true }]}
        rows={outcomes.map(([name, count]) => ({ key: name, cells: [named(name), formats.number(count)] }))}
      />
    </Section>
  );
}

export function BatchTable({ batches }: { readonly batches: Stats['batches'] }) {
  const text = useOperationsText();
  const formats = useFormats();
  const named = useOutcomeNames();
  const ms = (value: number) => `${formats.number(value)} ms`;
  const numbers = (['requestsPerSecond', 'meanSize', 'meanWait', 'meanRun'] as const).map((key) => ({
    name: text(key),
    isNumber: true,
  }));
  return (
    <Section title={text('batches')}>
      <StatsTable
        title={text('batches')}
        columns={[{ name: text('batch') }, ...numbers]}
        rows={batches.map(({ name, requestsPerSecond, meanSize, meanWaitMs, meanRunMs }) => ({
          key: name,
          cells: [
            named(name),
            formats.number(requestsPerSecond),
            formats.number(meanSize),
            ms(meanWaitMs),
            ms(meanRunMs),
          ],
        }))}
      />
    </Section>
  );
}

/** Where every consumer of the event log stands. */
export function ConsumerTable({ stats }: { readonly stats: Stats }) {
  const text = useOperationsText();
  const formats = useFormats();
  return (
    <Section title={text('events')}>
      <p className="small quiet figures">
        {text('eventsPerSecond', { rate: stats.eventsPerSecond, position: stats.logPosition })}
      </p>
      <StatsTable
        title={text('events')}
        columns={[
          { name: text('consumer') },
          { name: text('behind'), isNumber: true },
          { name: text('attempts') },
        ]}
        rows={stats.consumers.map(({ name, lag, attempts, lastError }) => ({
          key: name,
          cells: [
            name,
            formats.number(lag),
            attempts === 0 ? (
              <span className="badge badge-good">{text('consumerFine')}</span>
            ) : (
              <span className="badge badge-bad">{`${attempts} — ${lastError ?? ''}`}</span>
            ),
          ],
        }))}
      />
    </Section>
  );
}
