import { useQuery } from '@tanstack/react-query';
import { call } from '../../shared/api/call.ts';
import { Field } from '../../shared/ui/field.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { usePlanText } from '../messages/plan.ts';
import { DrawnPlan } from '../plans/plan-preview.tsx';
import { writePlan } from '../plans/write-plan.ts';
import { PlanWriter } from './plan-writer.tsx';
import type { StageDraft } from './venue-draft.ts';

type StageEditorProps = {
  readonly stage: StageDraft;
  readonly number: number;
  readonly isChecked: boolean;
  readonly onChange: (changed: Partial<StageDraft>) => void;
  readonly onRemove: (() => void) | undefined;
};

/** A stage with its seat plan: the one that it has, or one that is being written. */
export function StageEditor({ stage, number, isChecked, onChange, onRemove }: StageEditorProps) {
  const text = usePlanText();
  const { name, nameEn, plan, saved } = stage;
  return (
    <fieldset className="card form">
      <legend className="legend">{text('stageNumber', { number: String(number) })}</legend>
      <Field
        label={text('stageName')}
        required
        maxLength={200}
        value={name}
        onChange={({ target }) => onChange({ name: target.value })}
        error={isChecked && name.trim() === '' ? text('nameMissing') : undefined}
      />
      <Field
        label={text('stageNameEn')}
        maxLength={200}
        value={nameEn}
        onChange={({ target }) => onChange({ nameEn: target.value })}
      />
      {plan === undefined && saved && <SavedPlan planHash={saved.planHash} onChange={onChange} />}
      {plan !== undefined && <PlanWriter plan={plan} onChange={(written) => onChange({ plan: written })} />}
      {((plan !== undefined && saved) || onRemove) && (
        <p className="row">
          {plan !== undefined && saved && (
            <button
              type="button"
              className="button button-quiet"
              onClick={() => onChange({ plan: undefined })}
            >
              {text('keepSeats')}
            </button>
          )}
          {onRemove && (
            <button type="button" className="button button-danger" onClick={onRemove}>
              {text('removeStage')}
            </button>
          )}
        </p>
      )}
    </fieldset>
  );
}

type SavedPlanProps = {
  readonly planHash: string;
  readonly onChange: (changed: Partial<StageDraft>) => void;
};

/** The seats as they are, which may be written again from a table of them. */
function SavedPlan({ planHash, onChange }: SavedPlanProps) {
  const text = usePlanText();
  const { data, error, refetch } = useQuery({
    queryKey: ['plan', planHash],
    queryFn: ({ signal }) => call('getSeatPlan', { params: { hash: planHash }, signal }),
    staleTime: Infinity,
  });
  if (error && !data) return <ProblemNotice error={error} retry={refetch} />;
  if (!data) return <Loading />;
  return (
    <section className="stack-tight" aria-label={text('currentSeats')}>
      <div className="plan-saved">
        <DrawnPlan plan={data.plan} />
      </div>
      <p className="small quiet">{text('seatsHint')}</p>
      <p>
        <button
          type="button"
          className="button button-quiet"
          onClick={() => onChange({ plan: writePlan(data), place: data.plan.stage })}
        >
          {text('changeSeats')}
        </button>
      </p>
    </section>
  );
}
