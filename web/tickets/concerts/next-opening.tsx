import { useQuery } from '@tanstack/react-query';
import { call } from '../../shared/api/call.ts';
import { localised } from '../../shared/i18n/localised.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { useServerTime } from '../../shared/time/use-server-time.ts';
import { useShopText } from '../messages/shop.ts';
import { ticketPaths } from '../paths.ts';
import { Poster } from './poster.tsx';

/** What may open next; asked for above what stands below it, which waits for its size. */
export function useOpenings() {
  const { data, isPending } = useQuery({
    queryKey: ['concerts', 'next-opening'],
    queryFn: ({ signal }) => call('listConcerts', { query: { limit: 100, when: 'opening' }, signal }),
    staleTime: 60_000,
    retry: false,
  });
  return { isPending, concerts: data?.items ?? [] };
}

/** The sale that opens next, with the time left by the server's clock. */
export function NextOpening({ isPending, concerts }: ReturnType<typeof useOpenings>) {
  const text = useShopText();
  const formats = useFormats();
  const language = useLanguage();
  const now = useServerTime();
  const [next] = concerts
    .flatMap((concert) =>
      concert.nextOpensAt && concert.timeZone
        ? [{ concert, opensAt: Date.parse(concert.nextOpensAt), timeZone: concert.timeZone }]
        : [],
    )
    .filter(({ opensAt }) => opensAt > now)
    .toSorted((one, other) => one.opensAt - other.opensAt);
  if (!next) return <div className="next-opening next-opening-empty" data-pending={isPending} />;
  const { concert, opensAt, timeZone } = next;
  return (
    <section className="next-opening" aria-labelledby="next-opening-heading">
      <Poster id={concert.id} category={concert.category} />
      <div className="next-opening-text">
        <h2 id="next-opening-heading" className="next-opening-label">
          {text('nextOpening')}
        </h2>
        <p className="next-opening-clock figures" role="timer">
          {formats.clock(opensAt - now)}
        </p>
        <p>
          <Link to={fillPath(ticketPaths.concert, { id: concert.id })} className="cover-link">
            {localised(concert.title, concert.titleEn, language).main}
          </Link>
        </p>
        <p className="small">{text('opensOn', { when: formats.when(opensAt, timeZone) })}</p>
      </div>
    </section>
  );
}
