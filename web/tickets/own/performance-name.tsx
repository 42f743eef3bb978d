import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { localised } from '../concerts/localised.ts';
import { usePerformance } from '../sale/use-performance.ts';

/** Keeps a line open for what is on its way. */
const NOTHING_YET = '\u00a0';

/** What a booking or a ticket is for. */
export function PerformanceName({ id }: { readonly id: string }) {
  const formats = useFormats();
  const language = useLanguage();
  const { data } = usePerformance(id, { refresh: false });
  return (
    <div className="performance-name">
      {/* An empty heading tells those who listen nothing. */}
      <h2 aria-hidden={data ? undefined : true}>
        {data ? localised(data.title, language).main : NOTHING_YET}
      </h2>
      <p className="small quiet figures">
        {data
          ? `${formats.when(data.startsAt, data.timeZone)} · ${localised(data.venue, language).main}`
          : NOTHING_YET}
      </p>
    </div>
  );
}
