import { localised } from '../../shared/i18n/localised.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { FailedPage } from '../../shared/ui/failed-page.tsx';
import { Icon } from '../../shared/ui/icon.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { categoryName, useShopText } from '../messages/shop.ts';
import { ticketPaths } from '../paths.ts';
import { CalledOffNote } from '../sale/called-off.tsx';
import { OwnersWay, type Performance, RemainingMeter } from './performance-parts.tsx';
import { Poster } from './poster.tsx';
import { PerformanceBadges } from './status-badge.tsx';
import { useConcert } from './use-concert.ts';

const REFRESH_MS = 10_000;

export function ConcertPage({ id }: { readonly id: string }) {
  const text = useShopText();
  const language = useLanguage();
  const { data, error, refetch } = useConcert(id, { refreshMs: REFRESH_MS });
  if (error && !data) return <FailedPage error={error} retry={refetch} />;
  if (!data) return <Loading />;
  const title = localised(data.title, data.titleEn, language);
  const description = localised(data.description, data.descriptionEn, language).main;
  return (
    <article className="concert">
      <div className="concert-poster">
        <Poster id={data.id} category={data.category} />
      </div>
      <div className="stack">
        <span className="row">
          <span className="badge badge-brand">{categoryName(text, data.category)}</span>
          <OwnersWay sellerId={data.sellerId} to={`/seller/concerts/${id}`} />
        </span>
        <PageHeading title={title.main} />
        {title.other !== undefined && (
          <p className="quiet" lang={language === 'ko' ? 'en' : 'ko'}>
            {title.other}
          </p>
        )}
        <p className="concert-artist">{localised(data.artist, data.artistEn, language).main}</p>
        <section className="stack" aria-labelledby="performances-heading">
          <h2 id="performances-heading">{text('choosePerformance')}</h2>
          <ul className="stack">
            {data.performances.map((performance) => (
              <PerformanceRow key={performance.id} performance={performance} />
            ))}
          </ul>
        </section>
        {description !== '' && (
          <section className="stack-tight" aria-labelledby="about-heading">
            <h2 id="about-heading">{text('about')}</h2>
            <p className="prose">{description}</p>
          </section>
        )}
      </div>
    </article>
  );
}

function PerformanceRow({ performance }: { readonly performance: Performance }) {
  const text = useShopText();
  const formats = useFormats();
  const language = useLanguage();
  const { startsAt, opensAt, timeZone, venue, venueEn, stage, stageEn, status } = performance;
  return (
    <li className="card performance-row">
      <div className="stack-tight">
        <p className="row">
          <PerformanceBadges performance={performance} status={status} />
          {status === 'scheduled' && (
            <span className="small quiet figures">
              {text('opensOn', { when: formats.when(opensAt, timeZone) })}
            </span>
          )}
        </p>
        <h3>
          <Link to={fillPath(ticketPaths.performance, { id: performance.id })} className="cover-link">
            {formats.when(startsAt, timeZone)}
          </Link>
        </h3>
        <CalledOffNote performance={performance} />
        <p className="small quiet row-start">
          <Icon name="pin" size={16} />
          {localised(venue, venueEn, language).main}, {localised(stage, stageEn, language).main}
        </p>
      </div>
      {performance.cancelledAt === null && <RemainingMeter performance={performance} />}
    </li>
  );
}
