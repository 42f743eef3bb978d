import { type ChangeEvent, useDeferredValue, useMemo } from 'react';
import { Field } from '../../shared/ui/field.tsx';
import { TextArea } from '../forms/text-area.tsx';
import { usePlanText } from '../messages/plan.ts';
import { EXAMPLE_PLAN } from '../plans/example-plan.ts';
import { PlanPreview } from '../plans/plan-preview.tsx';
import { readPlan } from '../plans/read-plan.ts';

/** `key` tells stages apart while they have no name. */
export type StageDraft = { readonly key: number; readonly name: string; readonly plan: string };

type StageEditorProps = {
  readonly stage: StageDraft;
  readonly number: number;
  readonly isChecked: boolean;
  readonly onChange: (changed: Partial<StageDraft>) => void;
  readonly onRemove: (() => void) | undefined;
};

/** The server takes no more in one request. */
const FILE_BYTES_MAX = 2 * 1024 * 1024;

/** A stage with its seat plan, written or from a file, drawn as one writes. */
export function StageEditor({ stage, number, isChecked, onChange, onRemove }: StageEditorProps) {
  const text = usePlanText();
  const written = useDeferredValue(stage.plan);
  const read = useMemo(() => readPlan(written), [written]);
  const open = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const file = target.files?.[0];
    if (file && file.size <= FILE_BYTES_MAX) onChange({ plan: await file.text() });
    target.value = '';
  };
  return (
    <fieldset className="card form">
      <legend className="legend">{text('stageNumber', { number: String(number) })}</legend>
      <Field
        label={text('stageName')}
        required
        maxLength={200}
        value={stage.name}
        onChange={({ target }) => onChange({ name: target.value })}
        error={isChecked && stage.name.trim() === '' ? text('nameMissing') : undefined}
      />
      <div className="plan-editor">
        <div className="stack-tight">
          <TextArea
            label={text('seatPlan')}
            hint={text('seatPlanHint')}
            className="plan-text"
            rows={14}
            spellCheck={false}
            autoCapitalize="off"
            value={stage.plan}
            onChange={({ target }) => onChange({ plan: target.value })}
          />
          <p className="row">
            <label className="button button-quiet file-button">
              {text('openFile')}
              <input
                type="file"
                className="visually-hidden"
                accept=".txt,.csv,.tsv,text/plain,text/csv"
                onChange={(event) => void open(event)}
              />
            </label>
            <button
              type="button"
              className="button button-plain"
              onClick={() => onChange({ plan: EXAMPLE_PLAN })}
            >
              {text('useExample')}
            </button>
          </p>
        </div>
        <PlanPreview read={read} isEmpty={written.trim() === ''} />
      </div>
      {onRemove && (
        <p>
          <button type="button" className="button button-danger" onClick={onRemove}>
            {text('removeStage')}
          </button>
        </p>
      )}
    </fieldset>
  );
}
