import { useQuery } from '@tanstack/react-query';
import { type Answer, call } from '../../shared/api/call.ts';
import { useList } from '../../shared/api/use-list.ts';
import { localised } from '../../shared/i18n/localised.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { PagedList } from '../../shared/ui/paged-list.tsx';
import { useGateText } from '../messages/gate.ts';
import { gatePaths } from '../paths.ts';

type Concert = Answer<'listOwnConcerts'>['items'][number];

const CONCERTS_A_PAGE = 10;

/** The performances at whose doors this account may stand. */
export function OwnPerformances() {
  const text = useGateText();
  const list = useList(['mine', 'gate', 'concerts'], (request) => call('listOwnConcerts', request), {
    limit: CONCERTS_A_PAGE,
  });
  return (
    <section className="stack-tight" aria-labelledby="own">
      <h2 id="own">{text('ownPerformances')}</h2>
      <PagedList list={list} empty={<p className="quiet">{text('nothingOwn')}</p>}>
        {(concerts) => (
          <ul className="stack-tight">
            {concerts.map((concert) => (
              <OfConcert key={concert.id} concert={concert} />
            ))}
          </ul>
        )}
      </PagedList>
    </section>
  );
}

function OfConcert({ concert }: { readonly concert: Concert }) {
  const formats = useFormats();
  const language = useLanguage();
  const { data } = useQuery({
    queryKey: ['concert', concert.id],
    queryFn: ({ signal }) => call('getConcert', { params: { id: concert.id }, signal }),
    staleTime: 300_000,
  });
  return (
    <li className="card stack-tight">
      <h3>{localised(concert.title, concert.titleEn, language).main}</h3>
      <p className="row">
        {data?.performances.map(({ id, startsAt, timeZone }) => (
          <Link key={id} to={fillPath(gatePaths.performance, { id })} className="button button-quiet">
            {formats.dateTime(startsAt, timeZone)}
          </Link>
        ))}
      </p>
    </li>
  );
}
