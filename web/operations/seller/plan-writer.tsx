import { type ChangeEvent, useDeferredValue, useMemo } from 'react';
import { TextArea } from '../forms/text-area.tsx';
import { usePlanText } from '../messages/plan.ts';
import { EXAMPLE_PLAN } from '../plans/example-plan.ts';
import { PlanPreview } from '../plans/plan-preview.tsx';
import { readPlan } from '../plans/read-plan.ts';

/** The server takes no more in one request. */
const FILE_BYTES_MAX = 2 * 1024 * 1024;

type PlanWriterProps = { readonly plan: string; readonly onChange: (plan: string) => void };

/** A seat plan, written or from a file, drawn as one writes. */
export function PlanWriter({ plan, onChange }: PlanWriterProps) {
  const text = usePlanText();
  const written = useDeferredValue(plan);
  const read = useMemo(() => readPlan(written), [written]);
  const open = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const file = target.files?.[0];
    if (file && file.size <= FILE_BYTES_MAX) onChange(await file.text());
    target.value = '';
  };
  return (
    <div className="plan-editor">
      <div className="stack-tight">
        <TextArea
          label={text('seatPlan')}
          hint={text('seatPlanHint')}
          className="plan-text"
          rows={14}
          spellCheck={false}
          autoCapitalize="off"
          value={plan}
          onChange={({ target }) => onChange(target.value)}
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
          <button type="button" className="button button-plain" onClick={() => onChange(EXAMPLE_PLAN)}>
            {text('useExample')}
          </button>
        </p>
      </div>
      <PlanPreview read={read} isEmpty={written.trim() === ''} />
    </div>
  );
}
