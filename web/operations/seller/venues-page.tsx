import { type Answer, call } from '../../shared/api/call.ts';
import { useList } from '../../shared/api/use-list.ts';
import { localised } from '../../shared/i18n/localised.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { PagedList } from '../../shared/ui/paged-list.tsx';
import { usePlanText } from '../messages/plan.ts';
import { useSellerText } from '../messages/seller.ts';
import { operationsPaths } from '../paths.ts';

export function VenuesPage() {
  const text = usePlanText();
  const sellerText = useSellerText();
  const venues = useList(['mine', 'venues'], (request) => call('listVenues', request));
  return (
    <div className="stack">
      <div className="row-apart">
        <PageHeading title={text('venues')} />
        <p className="row">
          {venues.data && venues.data.length > 0 && (
            <Link to={operationsPaths.newConcert} className="button button-quiet">
              {sellerText('newConcert')}
            </Link>
          )}
          <Link to={operationsPaths.newVenue} className="button">
            {text('newVenue')}
          </Link>
        </p>
      </div>
      <PagedList list={venues} empty={<p className="quiet">{text('noVenues')}</p>}>
        {(items) => (
          <ul className="stack">
            {items.map((venue) => (
              <VenueRow key={venue.id} venue={venue} />
            ))}
          </ul>
        )}
      </PagedList>
    </div>
  );
}

type Venue = Answer<'listVenues'>['items'][number];

function VenueRow({ venue }: { readonly venue: Venue }) {
  const text = usePlanText();
  const formats = useFormats();
  const language = useLanguage();
  return (
    <li className="card stack-tight">
      <h2 className="card-title">
        <Link to={fillPath(operationsPaths.venue, { id: venue.id })}>
          {localised(venue.name, venue.nameEn, language).main}
        </Link>
      </h2>
      <p className="quiet small">{localised(venue.address, venue.addressEn, language).main}</p>
      <ul className="stack-tight">
        {venue.stages.map((stage) => (
          <li key={stage.id} className="row">
            <strong>{localised(stage.name, stage.nameEn, language).main}</strong>
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
  );
}
