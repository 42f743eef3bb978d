import { type ChangeEvent, useDeferredValue, useMemo, useState } from 'react';
import { TextArea } from '../forms/text-area.tsx';
import { usePlanText } from '../messages/plan.ts';
import { EXAMPLE_PLAN } from '../plans/example-plan.ts';
import { openPlanFile } from '../plans/plan-file.ts';
import { PlanErrors, PlanPreview } from '../plans/plan-preview.tsx';
import type { PlanError } from '../plans/plan-text.ts';
import { readPlan } from '../plans/read-plan.ts';

type PlanWriterProps = { readonly plan: string; readonly onChange: (plan: string) => void };

/** A seat plan, written or from a file, drawn as one writes. */
export function PlanWriter({ plan, onChange }: PlanWriterProps) {
  const text = usePlanText();
  const written = useDeferredValue(plan);
  const read = useMemo(() => readPlan(written), [written]);
  const [refused, setRefused] = useState<readonly PlanError[]>([]);
  const [isOpening, setIsOpening] = useState(false);
  const write = (changed: string) => {
    setRefused([]);
    onChange(changed);
  };
  const open = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const file = target.files?.[0];
    if (!file) return;
    setIsOpening(true);
    const opened = await openPlanFile(file);
    setIsOpening(false);
    target.value = '';
    if (opened.ok) write(opened.text);
    else setRefused(opened.errors);
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
          onChange={({ target }) => write(target.value)}
        />
        <p className="row">
          <label className="button button-quiet file-button">
            {text('openFile')}
            <input
              type="file"
              className="visually-hidden"
              accept=".txt,.csv,.tsv,.xlsx,text/plain,text/csv"
              disabled={isOpening}
              onChange={(event) => void open(event)}
            />
          </label>
          <button type="button" className="button button-plain" onClick={() => write(EXAMPLE_PLAN)}>
            {text('useExample')}
          </button>
        </p>
        <div role="alert">{refused.length > 0 && <PlanErrors errors={refused} />}</div>
      </div>
      <PlanPreview read={read} isEmpty={written.trim() === ''} />
    </div>
  );
}
