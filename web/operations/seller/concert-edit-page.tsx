import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Answer, call } from '../../shared/api/call.ts';
import { localised } from '../../shared/i18n/localised.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { FailedPage } from '../../shared/ui/failed-page.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { type Performance, RemainingMeter } from '../../tickets/concerts/performance-parts.tsx';
import { CalledOffBadge, StatusBadge } from '../../tickets/concerts/status-badge.tsx';
import { categoryName, useShopText } from '../../tickets/messages/shop.ts';
import { SaveOutcome } from '../forms/save-outcome.tsx';
import { useEdit } from '../forms/use-edit.ts';
import { useSellerText } from '../messages/seller.ts';
import { operationsPaths } from '../paths.ts';
import { type ConcertDraft, ConcertForm, concertBodyOf, concertDraftOf } from './concert-form.tsx';
import { NewPerformance } from './new-performance.tsx';
import { Publication } from './publication.tsx';
import { useOwnVenues } from './use-own-venues.ts';

const REFRESH_MS = 5_000;

/** A concert of the seller: what is said of it, its performances and how they sell. */
export function ConcertEditPage({ id }: { readonly id: string }) {
  const text = useSellerText();
  const language = useLanguage();
  const { data, error, refetch } = useQuery({
    queryKey: ['concert', id],
    queryFn: ({ signal }) => call('getConcert', { params: { id }, signal }),
    refetchInterval: REFRESH_MS,
  });
  const { isPending } = useOwnVenues();
  if (error && !data) return <FailedPage error={error} retry={refetch} />;
  const isFirst = data?.performances.length === 0;
  // The form of the first performance stands open, and what is below it waits for its size.
  if (!data || (isFirst && isPending)) return <Loading />;
  return (
    <div className="stack sections">
      <div className="stack-tight">
        <PageHeading title={localised(data.title, data.titleEn, language).main} />
        <p className="row">
          <Link to={operationsPaths.concerts}>{text('toConcerts')}</Link>
          <a href={`/concerts/${id}`}>{text('toShop')}</a>
        </p>
      </div>
      <Publication concert={data} />
      <section className="stack" aria-labelledby="performances">
        <h2 id="performances">{text('performances')}</h2>
        {isFirst && <p className="quiet">{text('noPerformances')}</p>}
        <ul className="concert-grid">
          {data.performances.map((performance) => (
            <PerformanceCard key={performance.id} performance={performance} />
          ))}
        </ul>
        <NewPerformance concertId={id} isFirst={isFirst} />
      </section>
      <section className="stack" aria-labelledby="details">
        <h2 id="details">{text('details')}</h2>
        <ConcertEditor concert={data} reread={refetch} />
      </section>
    </div>
  );
}

type ConcertEditorProps = { readonly concert: Answer<'getConcert'>; readonly reread: () => unknown };

/** Changes what is said of a concert, and only what was changed here. */
function ConcertEditor({ concert, reread }: ConcertEditorProps) {
  const text = useSellerText();
  const shopText = useShopText();
  const queries = useQueryClient();
  const { id } = concert;
  const edit = useEdit(concert, concertDraftOf);
  const change = useMutation({
    mutationFn: async () =>
      edit.isTouched
        ? call('changeConcert', { params: { id }, body: concertBodyOf(edit.changed), headers: edit.headers })
        : concert,
    onSuccess(saved) {
      queries.setQueryData(['concert', id], saved);
      edit.restart(saved);
    },
    onError: () => void reread(),
  });
  const shown = (field: keyof ConcertDraft, draft: ConcertDraft) =>
    field === 'category' ? categoryName(shopText, draft.category) : draft[field];
  const conflicts = edit.others.map((field) => ({
    label: text(field),
    theirs: shown(field, edit.base),
    own: edit.changed[field] === undefined ? undefined : shown(field, edit.draft),
  }));
  return (
    <ConcertForm
      draft={edit.draft}
      onChange={edit.set}
      isBusy={change.isPending}
      onSubmit={() => change.mutate()}
    >
      <SaveOutcome saving={change} conflicts={conflicts} onTakeTheirs={() => edit.restart(concert)} />
    </ConcertForm>
  );
}

function PerformanceCard({ performance }: { readonly performance: Performance }) {
  const formats = useFormats();
  const language = useLanguage();
  return (
    <li className="card stack-tight">
      <p className="row">
        <StatusBadge status={performance.status} />
        <CalledOffBadge performance={performance} />
      </p>
      <h3 className="card-title">
        <Link to={fillPath(operationsPaths.performance, { id: performance.id })}>
          {formats.when(performance.startsAt, performance.timeZone)}
        </Link>
      </h3>
      <p className="small quiet">
        {localised(performance.venue, performance.venueEn, language).main},{' '}
        {localised(performance.stage, performance.stageEn, language).main}
      </p>
      <RemainingMeter performance={performance} />
    </li>
  );
}
