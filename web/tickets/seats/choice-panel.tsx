import type { ReactNode } from 'react';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { Icon } from '../../shared/ui/icon.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import type { Performance } from '../concerts/performance-parts.tsx';
import { useSeatText } from '../messages/seats.ts';
import { nameOf, type SeatLayout } from './layout.ts';
import type { Choice } from './use-choice.ts';

type ChoicePanelProps = {
  readonly layout: SeatLayout;
  readonly performance: Performance;
  readonly choice: Choice;
  readonly onShow: (seatNo: number) => void;
  /** What to do with the choice. */
  readonly children: ReactNode;
};

/** What is chosen and what it costs. */
export function ChoicePanel({ layout, performance, choice, onShow, children }: ChoicePanelProps) {
  const text = useSeatText();
  const formats = useFormats();
  const { chosen, isFull } = choice;
  const names = chosen.map((no) => nameOf(layout, no));
  const amount = names.reduce((sum, { grade }) => sum + (performance.prices[grade]?.amount ?? 0), 0);
  const { limit } = choice;
  const most = performance.limitPerPerson;
  const hint =
    limit === 0
      ? text('allTaken', { count: most })
      : text(limit === most ? 'noneChosen' : 'noneChosenMore', { count: limit });
  return (
    <section className="choice stack" aria-labelledby="choice-heading">
      <h2 id="choice-heading">{text('yourSeats')}</h2>
      {chosen.length === 0 && <p className="quiet none-chosen">{hint}</p>}
      <ul className="choice-seats" aria-live="polite">
        {names.map(({ id, section, row, number, grade }, index) => {
          const seat = text('seat', { section, row, number: String(number) });
          const price = performance.prices[grade];
          const no = chosen[index] ?? 0;
          return (
            <li key={id} className="choice-seat figures" data-seat={id}>
              <button type="button" className="choice-name" onClick={() => onShow(no)}>
                <strong>{seat}</strong>
                <span className="small quiet">
                  {grade} · {price && formats.money(price)}
                </span>
              </button>
              <button
                type="button"
                className="choice-remove"
                aria-label={text('remove', { seat })}
                onClick={() => choice.toggle(no)}
              >
                <Icon name="close" size={18} />
              </button>
            </li>
          );
        })}
      </ul>
      {isFull && limit > 0 && (
        <Notice tone="warn">
          <p>{text('limitReached', { count: most })}</p>
        </Notice>
      )}
      {chosen.length > 0 && (
        <p className="row-apart choice-total figures">
          <span>{text('total')}</span>
          <strong>{formats.money({ amount, currency: 'KRW' })}</strong>
        </p>
      )}
      {children}
    </section>
  );
}
