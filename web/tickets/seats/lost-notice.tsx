import { useMemo } from 'react';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { Icon } from '../../shared/ui/icon.tsx';
import type { Performance } from '../concerts/performance-parts.tsx';
import { useSeatText } from '../messages/seats.ts';
import { nameOf } from './layout.ts';
import { replacements } from './nearest-free.ts';
import type { Choice } from './use-choice.ts';
import { type SeatMapData, useSeatVersion } from './use-seat-map.ts';

type LostNoticeProps = {
  readonly map: SeatMapData;
  readonly performance: Performance;
  readonly choice: Choice;
  readonly onShow: (seatNo: number) => void;
};

/** Says at once that a chosen seat went to another, and offers the nearest free ones instead. */
export function LostNotice(props: LostNoticeProps) {
  // Apart, so that nothing is drawn for changes of seats while there is nothing to say.
  return props.choice.lost.length === 0 ? null : <Loss {...props} />;
}

function Loss({ map, performance, choice, onShow }: LostNoticeProps) {
  const text = useSeatText();
  const formats = useFormats();
  const { layout, state } = map;
  const version = useSeatVersion(state);
  const { lost, chosen } = choice;
  const offer = useMemo(
    () => replacements(layout, state, lost, chosen),
    // The version stands for the state, which changes in place.
    // oxlint-disable-next-line react/exhaustive-deps
    [layout, state, lost, chosen, version],
  );
  const wordsOf = (no: number): string => {
    const { section, row, number } = nameOf(layout, no);
    return text('seat', { section, row, number: String(number) });
  };
  const take = () => {
    choice.add(offer);
    if (offer[0] !== undefined) onShow(offer[0]);
  };
  return (
    <div className="lost notice notice-bad" role="alert">
      <Icon name="warn" />
      <div className="stack-tight">
        <p>
          <strong>{text('lostOne', { seats: lost.map(wordsOf).join(', ') })}</strong>
        </p>
        {offer.length === 0 ? (
          <p>{text('noNearest')}</p>
        ) : (
          <p className="small figures">
            {text('nearestOffer')}: {offer.map((no) => `${wordsOf(no)} (${priceOf(no)})`).join(', ')}
          </p>
        )}
        <p className="row">
          {offer.length > 0 && (
            <button type="button" className="button" onClick={take}>
              {text('swap')}
            </button>
          )}
          <button type="button" className="button button-plain" onClick={choice.forgetLost}>
            {text('dismiss')}
          </button>
        </p>
      </div>
    </div>
  );

  function priceOf(no: number): string {
    const price = performance.prices[nameOf(layout, no).grade];
    return price ? formats.money(price) : '';
  }
}
