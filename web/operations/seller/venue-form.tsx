import { type FormEvent, type ReactNode, useMemo, useState } from 'react';
import { Field } from '../../shared/ui/field.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { ActionButton } from '../forms/action-button.tsx';
import { Select } from '../forms/select.tsx';
import { usePlanText } from '../messages/plan.ts';
import { StageEditor } from './stage-editor.tsx';
import { emptyStage, type StageDraft, toVenue, type VenueDraft, type WrittenVenue } from './venue-draft.ts';

const STAGES_MAX = 20;

type VenueFormProps = {
  readonly draft: VenueDraft;
  readonly onChange: (draft: VenueDraft) => void;
  readonly saveLabel: string;
  readonly isBusy: boolean;
  readonly onSubmit: (venue: WrittenVenue) => void;
  /** What has become of it, shown above the buttons. */
  readonly children: ReactNode;
};

/** A venue with its stages and their seat plans. */
export function VenueForm({ draft, onChange, saveLabel, isBusy, onSubmit, children }: VenueFormProps) {
  const text = usePlanText();
  const [isChecked, setChecked] = useState(false);
  const { stages } = draft;
  const venue = useMemo(() => toVenue(draft), [draft]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (venue) onSubmit(venue);
  };
  const setStages = (changed: readonly StageDraft[]) => onChange({ ...draft, stages: changed });
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <VenueFields draft={draft} isChecked={isChecked} onChange={onChange} />
      {stages.map((stage, index) => (
        <StageEditor
          key={stage.key}
          stage={stage}
          number={index + 1}
          isChecked={isChecked}
          onChange={(changed) => setStages(stages.with(index, { ...stage, ...changed }))}
          onRemove={
            stages.length > 1 ? () => setStages(stages.filter((other) => other !== stage)) : undefined
          }
        />
      ))}
      {isChecked && !venue && (
        <Notice tone="bad">
          <p>{text('planWrong')}</p>
        </Notice>
      )}
      {children}
      <p className="row">
        <ActionButton className="button button-large" type="submit" isBusy={isBusy}>
          {saveLabel}
        </ActionButton>
        <button
          type="button"
          className="button button-quiet"
          disabled={stages.length >= STAGES_MAX}
          onClick={() => setStages([...stages, emptyStage()])}
        >
          {text('addStage')}
        </button>
      </p>
    </form>
  );
}

/** The zones that this browser knows; one that was saved elsewhere stays what it is. */
const zonesWith = (zone: string): readonly string[] =>
  [...new Set([...Intl.supportedValuesOf('timeZone'), zone])].toSorted();

type VenueFieldsProps = {
  readonly draft: VenueDraft;
  readonly isChecked: boolean;
  readonly onChange: (draft: VenueDraft) => void;
};

function VenueFields({ draft, isChecked, onChange }: VenueFieldsProps) {
  const text = usePlanText();
  return (
    <div className="card form">
      <Field
        label={text('venueName')}
        required
        maxLength={200}
        value={draft.name}
        onChange={({ target }) => onChange({ ...draft, name: target.value })}
        error={isChecked && draft.name.trim() === '' ? text('nameMissing') : undefined}
      />
      <Field
        label={text('venueNameEn')}
        hint={text('englishHint')}
        maxLength={200}
        value={draft.nameEn}
        onChange={({ target }) => onChange({ ...draft, nameEn: target.value })}
      />
      <Field
        label={text('address')}
        maxLength={300}
        value={draft.address}
        onChange={({ target }) => onChange({ ...draft, address: target.value })}
      />
      <Field
        label={text('addressEn')}
        maxLength={300}
        value={draft.addressEn}
        onChange={({ target }) => onChange({ ...draft, addressEn: target.value })}
      />
      <Select
        label={text('timeZone')}
        value={draft.timeZone}
        options={zonesWith(draft.timeZone).map((zone) => ({ value: zone, label: zone }))}
        onChange={(timeZone) => onChange({ ...draft, timeZone })}
      />
    </div>
  );
}
