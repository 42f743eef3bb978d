import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useMemo, useState } from 'react';
import { call } from '../../shared/api/call.ts';
import { navigate } from '../../shared/router/location.ts';
import { Field } from '../../shared/ui/field.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { usePlanText } from '../messages/plan.ts';
import { operationsPaths } from '../paths.ts';
import { readPlan } from '../plans/read-plan.ts';
import { type StageDraft, StageEditor } from './stage-editor.tsx';

const STAGES_MAX = 20;
const emptyStage = (): StageDraft => ({
  key: crypto.getRandomValues(new Uint32Array(1))[0] ?? 0,
  name: '',
  plan: '',
});

export function NewVenuePage() {
  const text = usePlanText();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [address, setAddress] = useState('');
  const [stages, setStages] = useState<readonly StageDraft[]>(() => [emptyStage()]);
  const [isChecked, setChecked] = useState(false);
  const body = useMemo(() => toBody(name, address, stages), [name, address, stages]);
  const creation = useMutation({
    mutationFn: (venue: VenueBody) => call('createVenue', { body: venue }),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: ['mine', 'venues'] });
      navigate(operationsPaths.venues);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (body) creation.mutate(body);
  };
  const change = (key: number, changed: Partial<StageDraft>) =>
    setStages(stages.map((stage) => (stage.key === key ? { ...stage, ...changed } : stage)));
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <PageHeading title={text('newVenue')} />
      <VenueFields
        name={name}
        address={address}
        isChecked={isChecked}
        setName={setName}
        setAddress={setAddress}
      />
      {stages.map((stage, index) => (
        <StageEditor
          key={stage.key}
          stage={stage}
          number={index + 1}
          isChecked={isChecked}
          onChange={(changed) => change(stage.key, changed)}
          onRemove={
            stages.length > 1 ? () => setStages(stages.filter((other) => other !== stage)) : undefined
          }
        />
      ))}
      {isChecked && !body && (
        <Notice tone="bad">
          <p>{text('planWrong')}</p>
        </Notice>
      )}
      {creation.isError && <ProblemNotice error={creation.error} />}
      <p className="row">
        <button className="button button-large" type="submit" disabled={creation.isPending}>
          {text('save')}
        </button>
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

type VenueBody = NonNullable<ReturnType<typeof toBody>>;

/** What the API takes; undefined while something is missing or wrong. */
function toBody(name: string, address: string, stages: readonly StageDraft[]) {
  const read = stages.map((stage) => ({ name: stage.name.trim(), plan: readPlan(stage.plan) }));
  const good = read.flatMap((stage) =>
    stage.plan.ok && stage.name !== '' ? [{ name: stage.name, plan: stage.plan.plan }] : [],
  );
  if (name.trim() === '' || good.length < stages.length) return undefined;
  return { name: name.trim(), address: address.trim(), stages: good };
}

type VenueFieldsProps = {
  readonly name: string;
  readonly address: string;
  readonly isChecked: boolean;
  readonly setName: (name: string) => void;
  readonly setAddress: (address: string) => void;
};

function VenueFields({ name, address, isChecked, setName, setAddress }: VenueFieldsProps) {
  const text = usePlanText();
  return (
    <div className="card form">
      <Field
        label={text('venueName')}
        required
        maxLength={200}
        value={name}
        onChange={({ target }) => setName(target.value)}
        error={isChecked && name.trim() === '' ? text('nameMissing') : undefined}
      />
      <Field
        label={text('address')}
        maxLength={300}
        value={address}
        onChange={({ target }) => setAddress(target.value)}
      />
    </div>
  );
}
