import { call } from '../../shared/api/call.ts';
import { useAccount } from '../../shared/api/use-account.ts';
import { useList } from '../../shared/api/use-list.ts';
import { localised } from '../../shared/i18n/localised.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { PagedList } from '../../shared/ui/paged-list.tsx';
import { StatusBadge } from '../../tickets/concerts/status-badge.tsx';
import { useSellerText } from '../messages/seller.ts';
import { operationsPaths } from '../paths.ts';
import { VisibilityBadge } from './publication.tsx';

/** A seller's concerts; all of them for managers. */
export function OwnConcertsPage() {
  const text = useSellerText();
  const { data: account } = useAccount();
  const isManager = account?.roles.includes('manager') === true;
  const concerts = useList(['mine', 'concerts', account?.id], (request) => call('listOwnConcerts', request), {
    enabled: account !== undefined,
  });
  return (
    <div className="stack">
      <div className="row-apart">
        <PageHeading title={text(isManager ? 'allConcerts' : 'myConcerts')} />
        <Link to={operationsPaths.newConcert} className="button">
          {text('newConcert')}
        </Link>
      </div>
      <PagedList list={concerts} empty={<p className="quiet">{text('noConcerts')}</p>}>
        {(items) => (
          <ul className="concert-grid">
            {items.map((concert) => (
              <ConcertRow key={concert.id} concert={concert} />
            ))}
          </ul>
        )}
      </PagedList>
    </div>
  );
}

type Concert = Awaited<ReturnType<typeof call<'listOwnConcerts'>>>['items'][number];

function ConcertRow({ concert }: { readonly concert: Concert }) {
  const text = useSellerText();
  const formats = useFormats();
  const language = useLanguage();
  const title = localised(concert.title, concert.titleEn, language);
  return (
    <li className="card stack-tight">
      <p className="row">
        {concert.visibility !== 'published' && <VisibilityBadge visibility={concert.visibility} />}
        {concert.status && <StatusBadge status={concert.status} />}
        <span className="small quiet figures">
          {text('performanceCount', { count: concert.performanceCount })}
        </span>
      </p>
      <h2 className="card-title">
        <Link to={fillPath(operationsPaths.concert, { id: concert.id })}>{title.main}</Link>
      </h2>
      <p className="quiet small">{localised(concert.artist, concert.artistEn, language).main}</p>
      {concert.firstStartsAt && concert.timeZone && (
        <p className="small figures">{formats.date(concert.firstStartsAt, concert.timeZone)}</p>
      )}
    </li>
  );
}
