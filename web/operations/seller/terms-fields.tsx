import { useFormats } from '../../shared/i18n/use-text.ts';
import { Field } from '../../shared/ui/field.tsx';
import { useSellerText } from '../messages/seller.ts';
import { priceOf, type TermsDraft, type TermsFault, type TermsPlace } from './terms-draft.ts';

type TermsFieldsProps = {
  readonly draft: TermsDraft;
  readonly place: TermsPlace;
  readonly onChange: (draft: TermsDraft) => void;
  /** What is wrong, once it was looked at. */
  readonly fault: TermsFault | undefined;
  /** The opening has passed and can no longer move. */
  readonly hasOpened?: boolean;
};

/** When a performance is, when it is sold, for how much and to whom. */
export function TermsFields({ draft, place, onChange, fault, hasOpened = false }: TermsFieldsProps) {
  const text = useSellerText();
  const zone = useFormats().timeZone(place.timeZone);
  const missing = (value: string) =>
    fault === 'timeMissing' && value === '' ? text('timeMissing') : undefined;
  return (
    <>
      <div className="field-grid">
        <Field
          label={text('startsAt', { zone })}
          type="datetime-local"
          required
          value={draft.startsAt}
          onChange={({ target }) => onChange({ ...draft, startsAt: target.value })}
          error={missing(draft.startsAt)}
        />
        <Field
          label={text('opensAt', { zone })}
          type="datetime-local"
          required
          disabled={hasOpened}
          value={draft.opensAt}
          onChange={({ target }) => onChange({ ...draft, opensAt: target.value })}
          hint={hasOpened ? text('openingPassed') : undefined}
          error={fault === 'timesWrong' ? text('timesWrong') : missing(draft.opensAt)}
        />
        <Field
          label={text('closesAt', { zone })}
          type="datetime-local"
          value={draft.closesAt}
          onChange={({ target }) => onChange({ ...draft, closesAt: target.value })}
          hint={text('closesHint')}
        />
      </div>
      <PriceFields draft={draft} place={place} onChange={onChange} isWrong={fault === 'priceWrong'} />
      <div className="field-grid">
        <Field
          label={text('limitPerPerson')}
          type="number"
          min={1}
          max={100}
          value={draft.limitPerPerson}
          onChange={({ target }) => onChange({ ...draft, limitPerPerson: target.value })}
        />
      </div>
      <label className="check">
        <input
          type="checkbox"
          checked={draft.roomEnabled}
          onChange={({ target }) => onChange({ ...draft, roomEnabled: target.checked })}
        />
        {text('withRoom')}
      </label>
    </>
  );
}

type PriceFieldsProps = Pick<TermsFieldsProps, 'draft' | 'place' | 'onChange'> & {
  readonly isWrong: boolean;
};

function PriceFields({ draft, place, onChange, isWrong }: PriceFieldsProps) {
  const text = useSellerText();
  const setPrice = (grade: string, price: string) =>
    onChange({ ...draft, prices: { ...draft.prices, [grade]: price } });
  return (
    <fieldset className="stack-tight">
      <legend className="legend">{text('prices')}</legend>
      <div className="field-grid">
        {place.grades.map((grade) => (
          <Field
            key={grade}
            label={text('priceOf', { grade })}
            inputMode="numeric"
            required
            value={draft.prices[grade] ?? ''}
            onChange={({ target }) => setPrice(grade, target.value)}
            error={
              isWrong && priceOf(draft.prices[grade] ?? '') === undefined ? text('priceWrong') : undefined
            }
          />
        ))}
      </div>
    </fieldset>
  );
}
