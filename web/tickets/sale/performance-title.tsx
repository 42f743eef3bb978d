import { localised } from '../../shared/i18n/localised.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import type { Performance } from '../concerts/performance-parts.tsx';

/** Where and when, in one line. */
export function WhenAndWhere({ performance }: { readonly performance: Performance }) {
  const formats = useFormats();
  const language = useLanguage();
  return (
    <p className="quiet figures">
      {formats.when(performance.startsAt, performance.timeZone)} ·{' '}
      {localised(performance.venue, performance.venueEn, language).main}
    </p>
  );
}
