import { useSharedText } from '../shared/messages/shared.ts';
import { Link } from '../shared/router/link.tsx';
import { PageHeading } from '../shared/ui/page-heading.tsx';
import { ticketPaths } from './paths.ts';

export function NotFoundPage() {
  const text = useSharedText();
  return (
    <div className="stack main-narrow">
      <PageHeading title={text('pageNotFound')} />
      <p className="quiet">{text('pageNotFoundNote')}</p>
      <p>
        <Link to={ticketPaths.concerts} className="button">
          {text('toStart')}
        </Link>
      </p>
    </div>
  );
}
