import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../shared/api/call.ts';
import { localised } from '../../shared/i18n/localised.ts';
import { useLanguage } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { navigate } from '../../shared/router/location.ts';
import { fillPath } from '../../shared/router/match.ts';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { ActionButton } from '../forms/action-button.tsx';
import { Select } from '../forms/select.tsx';
import { usePlanText } from '../messages/plan.ts';
import { useSellerText } from '../messages/seller.ts';
import { operationsPaths } from '../paths.ts';
import { PastOpeningNotice, usePastOpening } from './past-opening.tsx';
import { NEW_TERMS, type TermsDraft, type TermsPlace, toTerms } from './terms-draft.ts';
import { TermsFields } from './terms-fields.tsx';
import { useOwnVenues } from './use-own-venues.ts';

type NewPerformanceProps = {
  readonly concertId: string;
  /** It has none yet: this is what comes next, and stands open. */
  readonly isFirst: boolean;
};

/** Adds a performance on one of the seller's stages. */
export function NewPerformance({ concertId, isFirst }: NewPerformanceProps) {
  const text = useSellerText();
  const planText = usePlanText();
  const language = useLanguage();
  const { data: venues, error, refetch } = useOwnVenues();
  const stages = venues?.items.flatMap((venue) => venue.stages.map((stage) => ({ venue, stage }))) ?? [];
  if (venues && stages.length === 0)
    return (
      <p className="row">
        {text('noStage')} <Link to={operationsPaths.newVenue}>{planText('newVenue')}</Link>
      </p>
    );
  const [first, ...others] = stages.map(({ venue, stage }) => ({
    value: stage.id,
    label: `${localised(venue.name, venue.nameEn, language).main} — ${localised(stage.name, stage.nameEn, language).main}`,
    place: { grades: Object.keys(stage.grades), timeZone: venue.timeZone },
  }));
  return (
    <details className="card" open={isFirst}>
      <summary className="summary">{text('addPerformance')}</summary>
      {error && !venues && <ProblemNotice error={error} retry={refetch} />}
      {first && <PerformanceForm concertId={concertId} stages={[first, ...others]} />}
    </details>
  );
}

type StageOption = { readonly value: string; readonly label: string; readonly place: TermsPlace };
type PerformanceFormProps = {
  readonly concertId: string;
  readonly stages: readonly [StageOption, ...StageOption[]];
};

function PerformanceForm({ concertId, stages }: PerformanceFormProps) {
  const text = useSellerText();
  const queries = useQueryClient();
  const [stageId, setStageId] = useState(stages[0].value);
  const [draft, setDraft] = useState<TermsDraft>(NEW_TERMS);
  const [isChecked, setChecked] = useState(false);
  const { place } = stages.find(({ value }) => value === stageId) ?? stages[0];
  const read = toTerms(draft, place);
  const past = usePastOpening(read);
  const creation = useMutation({
    mutationFn: (terms: Extract<typeof read, { ok: true }>['terms']) =>
      call('createPerformance', { params: { id: concertId }, body: { stageId, ...terms } }),
    async onSuccess({ id }) {
      await queries.invalidateQueries({ queryKey: ['concert', concertId] });
      navigate(fillPath(operationsPaths.performance, { id }));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (read.ok && past.mayGoOn()) creation.mutate(read.terms);
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      <Select label={text('stage')} value={stageId} options={stages} onChange={setStageId} />
      <TermsFields
        draft={draft}
        place={place}
        onChange={setDraft}
        fault={isChecked && !read.ok ? read.fault : undefined}
      />
      {past.isAsking && <PastOpeningNotice />}
      {creation.isError && <ProblemNotice error={creation.error} />}
      <p>
        <ActionButton className="button" type="submit" isBusy={creation.isPending}>
          {text(past.isAsking ? 'openNow' : 'addPerformance')}
        </ActionButton>
      </p>
    </form>
  );
}
