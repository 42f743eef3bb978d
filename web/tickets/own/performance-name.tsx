import { localised } from '../../shared/i18n/localised.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import type { Performance } from '../concerts/performance-parts.tsx';
import { ticketPaths } from '../paths.ts';
import { usePerformance } from '../sale/use-performance.ts';

/** Keeps a line open for what is on its way. */
const NOTHING_YET = '\u00a0';

type PerformanceNameProps = {
  readonly id: string;
  /** Leads to the concert; not where all around it is a link already. */
  readonly isLink?: boolean;
};

/** What a booking or a ticket is for. */
export function PerformanceName({ id, isLink = false }: PerformanceNameProps) {
  const formats = useFormats();
  const language = useLanguage();
  const { data } = usePerformance(id, { refresh: false });
  const title = (performance: Performance) => {
    const name = localised(performance.title, performance.titleEn, language).main;
    const to = fillPath(ticketPaths.concert, { id: performance.concertId });
    return isLink ? <Link to={to}>{name}</Link> : name;
  };
  return (
    <div className="performance-name">
      {/* An empty heading tells those who listen nothing. */}
      <h2 aria-hidden={data ? undefined : true}>{data ? title(data) : NOTHING_YET}</h2>
      <p className="small quiet figures">
        {data
          ? `${formats.when(data.startsAt, data.timeZone)} · ${localised(data.venue, data.venueEn, language).main}`
          : NOTHING_YET}
      </p>
    </div>
  );
}
