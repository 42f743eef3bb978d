import { useFormats } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { LiveBadge } from '../../shared/ui/live-badge.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { CrowdPanel } from '../crowd/crowd-panel.tsx';
import { useCrowd } from '../crowd/use-crowd.ts';
import { useDeadLetterCount } from '../dead-letters/use-dead-letters.ts';
import { useDeadLettersText } from '../messages/dead-letters.ts';
import { useOperationsText } from '../messages/operations.ts';
import { operationsPaths } from '../paths.ts';
import { Chart } from './chart.tsx';
import { BatchTable, ConsumerTable, OutcomeTable } from './stats-tables.tsx';
import { type Stats, useStats } from './use-stats.ts';

/** The system at work: what is asked of it, what it does, what waits. */
export function OverviewPage() {
  const text = useOperationsText();
  const { latest, points, live } = useStats();
  const crowd = useCrowd();
  return (
    <div className="stack sections">
      <div className="stack-tight">
        <PageHeading title={text('overview')} />
        <p>
          <LiveBadge state={live} />
        </p>
      </div>
      <Tiles stats={latest} />
      <div className="charts">
        <Chart
          title={text('chartLine')}
          points={points}
          series={[
            { key: 'waiting', label: text('waiting'), colour: '--grade-2' },
            { key: 'active', label: text('active'), colour: '--grade-4' },
          ]}
        />
        <Chart
          title={text('chartHolds')}
          points={points}
          series={[
            { key: 'holds', label: text('holdsPerSecond'), colour: '--grade-2' },
            { key: 'won', label: text('wonPerSecond'), colour: '--grade-3' },
            { key: 'paid', label: text('paidPerSecond'), colour: '--grade-1' },
          ]}
        />
        <Chart
          title={text('chartSeats')}
          points={points}
          series={[
            { key: 'held', label: text('held'), colour: '--grade-4' },
            { key: 'sold', label: text('sold'), colour: '--grade-5' },
          ]}
        />
        <Chart
          title={text('chartLag')}
          points={points}
          series={[{ key: 'lag', label: text('lag'), colour: '--grade-1' }]}
        />
      </div>
      <CrowdPanel {...crowd} />
      {/* Before the panel above is there, they would be pushed down under the eyes of the reader. */}
      {latest && crowd.isSettled && (
        <>
          <OutcomeTable stats={latest} />
          <BatchTable batches={latest.batches} />
          <ConsumerTable stats={latest} />
        </>
      )}
    </div>
  );
}

/** Red where something is to be repaired; it leads there. */
function DeadLetterTile() {
  const text = useDeadLettersText();
  const formats = useFormats();
  const count = useDeadLetterCount();
  return (
    <div className="card tile" data-bad={count !== undefined && count > 0}>
      <dt className="small">
        <Link to={operationsPaths.deadLetters}>{text('deadLetters')}</Link>
      </dt>
      <dd className="tile-value figures">{count === undefined ? '–' : formats.number(count)}</dd>
    </div>
  );
}

/** How things stand; dashes until that is known. */
function Tiles({ stats }: { readonly stats: Stats | undefined }) {
  const text = useOperationsText();
  const formats = useFormats();
  const point = stats?.point;
  const tiles = [
    [text('waiting'), point?.waiting],
    [text('active'), point?.active],
    [text('admittedPerSecond'), point?.admitted],
    [text('holdsPerSecond'), point?.holds],
    [text('undecided'), stats?.holdsUndecided],
    [text('held'), point?.held],
    [text('sold'), point?.sold],
    [text('lag'), point?.lag],
  ] as const;
  return (
    <dl className="tiles">
      {tiles.map(([name, value]) => (
        <div key={name} className="card tile">
          <dt className="small quiet">{name}</dt>
          <dd className="tile-value figures">
            {value === undefined ? '–' : formats.number(Math.round(value))}
          </dd>
        </div>
      ))}
      <DeadLetterTile />
    </dl>
  );
}
