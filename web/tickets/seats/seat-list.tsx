import { memo, useId, useState } from 'react';
import { useFormats } from '../../shared/i18n/use-text.ts';
import type { Performance } from '../concerts/performance-parts.tsx';
import { useSeatText } from '../messages/seats.ts';
import { GradeMark } from '../sale/grade-mark.tsx';
import { type LayoutRow, type LayoutSection, nameOf } from './layout.ts';
import { FREE, HELD } from './seat-state.ts';
import { type SeatMapData, useSeatVersion } from './use-seat-map.ts';

type SeatListProps = {
  readonly map: SeatMapData;
  readonly performance: Performance;
  readonly chosen: readonly number[];
  readonly own: readonly number[];
  readonly onSeat: (seatNo: number) => void;
};

/** All seats as buttons, section by section and row by row: for keyboards and screen readers, and for small hands. */
export function SeatList({ map, performance, chosen, own, onSeat }: SeatListProps) {
  const text = useSeatText();
  const id = useId();
  useSeatVersion(map.state);
  const { layout, state } = map;
  const firstFree = layout.sections.find((section) => state.countFree(section.first, section.end) > 0);
  const [sectionId, setSectionId] = useState(firstFree?.id ?? layout.sections[0]?.id ?? '');
  const [isOnlyFree, setOnlyFree] = useState(true);
  const section = layout.sections.find((candidate) => candidate.id === sectionId) ?? layout.sections[0];
  if (!section) return null;
  const rows = section.rows.filter(({ first, end }) => !isOnlyFree || state.countFree(first, end) > 0);
  return (
    <div className="seat-list stack">
      <div className="field">
        <label htmlFor={id}>{text('chooseSection')}</label>
        <select
          id={id}
          className="input"
          value={section.id}
          onChange={({ target }) => setSectionId(target.value)}
        >
          {layout.sections.map((option) => (
            <option key={option.id} value={option.id}>
              {text('sectionOption', {
                section: option.name === option.id ? option.id : `${option.id} (${option.name})`,
                count: state.countFree(option.first, option.end),
              })}
            </option>
          ))}
        </select>
      </div>
      <label className="check">
        <input type="checkbox" checked={isOnlyFree} onChange={({ target }) => setOnlyFree(target.checked)} />
        {text('onlyFree')}
      </label>
      {rows.length === 0 && <p className="quiet">{text('noFreeInSection')}</p>}
      {rows.map((row) => (
        <SeatRow
          key={row.id}
          {...{ map, performance, chosen, own, onSeat, section, row }}
          statuses={state.statuses.subarray(row.first, row.end).join('')}
        />
      ))}
    </div>
  );
}

type SeatRowProps = SeatListProps & {
  readonly section: LayoutSection;
  readonly row: LayoutRow;
  /** A digit for each seat: a row is drawn again only if one of them changes. */
  readonly statuses: string;
};

function wordOf(status: number, isOwn: boolean): 'free' | 'own' | 'held' | 'sold' {
  if (status === FREE) return 'free';
  if (isOwn) return 'own';
  return status === HELD ? 'held' : 'sold';
}

const SeatRow = memo(function SeatRow(props: SeatRowProps) {
  const { map, performance, chosen, own, onSeat, section, row, statuses } = props;
  const text = useSeatText();
  const formats = useFormats();
  const { layout } = map;
  const free = statuses.split(String(FREE)).length - 1;
  const gradeOrder = Object.keys(performance.prices);
  const seats = Array.from({ length: row.end - row.first }, (_, index) => row.first + index);
  return (
    <fieldset className="seat-row">
      <legend>{text('rowFree', { row: row.id, count: free })}</legend>
      <div className="seat-row-seats">
        {seats.map((no, index) => {
          const { number, grade } = nameOf(layout, no);
          const isChosen = chosen.includes(no);
          const status = Number(statuses[index]);
          const word = isChosen ? 'chosen' : wordOf(status, own.includes(no));
          const price = performance.prices[grade];
          return (
            <button
              key={no}
              type="button"
              className="seat-button figures"
              data-state={word}
              aria-pressed={isChosen}
              aria-disabled={status !== FREE && !isChosen}
              aria-label={text('seatState', {
                section: section.id,
                row: row.id,
                number: String(number),
                grade,
                price: price ? formats.money(price) : '',
                state: text(word),
              })}
              onClick={() => (status === FREE || isChosen) && onSeat(no)}
            >
              {status === FREE && !isChosen && <GradeMark gradeNo={Math.max(0, gradeOrder.indexOf(grade))} />}
              {number}
            </button>
          );
        })}
      </div>
    </fieldset>
  );
});
