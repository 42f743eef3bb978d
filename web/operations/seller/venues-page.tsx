import { useInfiniteQuery } from '@tanstack/react-query';
import { call } from '../../shared/api/call.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { localised } from '../../tickets/concerts/localised.ts';
import { usePlanText } from '../messages/plan.ts';
import { useSellerText } from '../messages/seller.ts';
import { operationsPaths } from '../paths.ts';

export function VenuesPage() {
  const text = usePlanText();
  const sellerText = useSellerText();
  const formats = useFormats();
  const language = useLanguage();
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['mine', 'venues'],
    queryFn: ({ pageParam, signal }) =>
      call('listVenues', {
        query: { limit: 50, ...(pageParam === '' ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const venues = data?.pages.flatMap(({ items }) => items);
  return (
    <div className="stack">
      <div className="row-apart">
        <PageHeading title={text('venues')} />
        <Link to={operationsPaths.newVenue} className="button">
          {text('newVenue')}
        </Link>
      </div>
      {error && !data && <ProblemNotice error={error} retry={refetch} />}
      {!data && !error && <Loading />}
      {venues?.length === 0 && <p className="quiet">{text('noVenues')}</p>}
      <ul className="stack">
        {venues?.map((venue) => (
          <li key={venue.id} className="card stack-tight">
            <h2>{localised(venue.name, language).main}</h2>
            <p className="quiet small">{localised(venue.address, language).main}</p>
            <ul className="stack-tight">
              {venue.stages.map((stage) => (
                <li key={stage.id} className="row">
                  <strong>{localised(stage.name, language).main}</strong>
                  <span className="figures">{text('seatsTotal', { count: stage.capacity })}</span>
                  {Object.entries(stage.grades).map(([grade, seats]) => (
                    <span key={grade} className="badge figures">
                      {grade} {formats.number(seats)}
                    </span>
                  ))}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <p>
          <button type="button" className="button button-quiet" onClick={() => void fetchNextPage()}>
            {sellerText('more')}
          </button>
        </p>
      )}
    </div>
  );
}
