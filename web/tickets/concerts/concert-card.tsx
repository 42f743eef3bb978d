import type { ConcertSummary } from '../../shared/api/schema.ts';
import { localised } from '../../shared/i18n/localised.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { categoryName, useShopText } from '../messages/shop.ts';
import { ticketPaths } from '../paths.ts';
import { Poster } from './poster.tsx';
import { StatusBadge } from './status-badge.tsx';

export function ConcertCard({ concert }: { readonly concert: ConcertSummary }) {
  const text = useShopText();
  const formats = useFormats();
  const language = useLanguage();
  const title = localised(concert.title, concert.titleEn, language);
  const { venues, venuesEn } = concert;
  const { status, nextOpensAt, priceFrom, firstStartsAt, timeZone, performanceCount } = concert;
  return (
    <li className="concert-card">
      <Poster id={concert.id} category={concert.category} />
      <div className="concert-card-text">
        <div className="row">
          {status && <StatusBadge status={status} seats={concert} />}
          <span className="badge">{categoryName(text, concert.category)}</span>
        </div>
        <h3>
          <Link to={fillPath(ticketPaths.concert, { id: concert.id })} className="cover-link">
            {title.main}
          </Link>
        </h3>
        <p className="small">{localised(concert.artist, concert.artistEn, language).main}</p>
        <p className="small quiet">
          {firstStartsAt && timeZone && <span>{formats.date(firstStartsAt, timeZone)}</span>}
          {performanceCount > 1 && ` · ${text('performanceCount', { count: performanceCount })}`}
          {venues[0] !== undefined && (
            <span className="block">{localised(venues[0], venuesEn[0], language).main}</span>
          )}
        </p>
        <p className="concert-card-foot figures">
          {priceFrom && <strong>{text('from', { price: formats.money(priceFrom) })}</strong>}
          {status === 'on_sale' && (
            <span className="small quiet">{text('remaining', { count: concert.remainingTotal })}</span>
          )}
          {status === 'scheduled' && nextOpensAt && timeZone && (
            <span className="small quiet">
              {text('opensOn', { when: formats.when(nextOpensAt, timeZone) })}
            </span>
          )}
        </p>
      </div>
    </li>
  );
}
