import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../../shared/api/call.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { FailedPage } from '../../shared/ui/failed-page.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { localised } from '../../tickets/concerts/localised.ts';
import { type Performance, RemainingMeter } from '../../tickets/concerts/performance-parts.tsx';
import { StatusBadge } from '../../tickets/concerts/status-badge.tsx';
import { useSellerText } from '../messages/seller.ts';
import { operationsPaths } from '../paths.ts';
import { type ConcertDraft, ConcertForm } from './concert-form.tsx';
import { NewPerformance } from './new-performance.tsx';

const REFRESH_MS = 5_000;

/** A concert of the seller: what is said of it, its performances and how they sell. */
export function ConcertEditPage({ id }: { readonly id: string }) {
  const text = useSellerText();
  const language = useLanguage();
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ['concert', id],
    queryFn: ({ signal }) => call('getConcert', { params: { id }, signal }),
    refetchInterval: REFRESH_MS,
  });
  const change = useMutation({
    mutationFn: (draft: ConcertDraft) => call('changeConcert', { params: { id }, body: draft }),
    onSuccess: (concert) => queries.setQueryData(['concert', id], concert),
  });
  if (error && !data) return <FailedPage error={error} retry={refetch} />;
  if (!data) return <Loading />;
  return (
    <div className="stack sections">
      <PageHeading title={localised(data.title, language).main} />
      <section className="stack" aria-labelledby="performances">
        <h2 id="performances">{text('performances')}</h2>
        {data.performances.length === 0 && <p className="quiet">{text('noPerformances')}</p>}
        <ul className="concert-grid">
          {data.performances.map((performance) => (
            <PerformanceCard key={performance.id} performance={performance} />
          ))}
        </ul>
        <NewPerformance concertId={id} />
      </section>
      <section className="stack" aria-labelledby="details">
        <h2 id="details">{text('details')}</h2>
        {change.isSuccess && (
          <Notice tone="good">
            <p>{text('saved')}</p>
          </Notice>
        )}
        <ConcertForm
          concert={data}
          isBusy={change.isPending}
          error={change.error}
          onSubmit={(draft) => change.mutate(draft)}
        />
      </section>
    </div>
  );
}

function PerformanceCard({ performance }: { readonly performance: Performance }) {
  const formats = useFormats();
  const language = useLanguage();
  return (
    <li className="card stack-tight">
      <p>
        <StatusBadge status={performance.status} />
      </p>
      <h3 className="card-title">
        <Link to={fillPath(operationsPaths.performance, { id: performance.id })}>
          {formats.when(performance.startsAt, performance.timeZone)}
        </Link>
      </h3>
      <p className="small quiet">
        {localised(performance.venue, language).main}, {localised(performance.stage, language).main}
      </p>
      <RemainingMeter performance={performance} />
    </li>
  );
}
