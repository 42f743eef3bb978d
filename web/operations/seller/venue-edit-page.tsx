import { useMutation, useQuery } from '@tanstack/react-query';
import { type Answer, call } from '../../shared/api/call.ts';
import { localised } from '../../shared/i18n/localised.ts';
import { useLanguage } from '../../shared/i18n/use-text.ts';
import { navigate } from '../../shared/router/location.ts';
import { FailedPage } from '../../shared/ui/failed-page.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { Ask } from '../../tickets/booking/ask.tsx';
import { SaveOutcome } from '../forms/save-outcome.tsx';
import { useEdit } from '../forms/use-edit.ts';
import { useFormText } from '../messages/forms.ts';
import { usePlanText } from '../messages/plan.ts';
import { operationsPaths } from '../paths.ts';
import { useForgetVenues } from './use-forget-venues.ts';
import { changedVenue, draftOf, type VenueDraft, type WrittenVenue } from './venue-draft.ts';
import { VenueForm } from './venue-form.tsx';

/** A venue of the seller: what may change of it changes, and where nothing depends on it, it goes. */
export function VenueEditPage({ id }: { readonly id: string }) {
  const text = usePlanText();
  const language = useLanguage();
  const forget = useForgetVenues();
  const params = { id };
  const { data, error, refetch } = useQuery({
    queryKey: ['venue', id],
    queryFn: ({ signal }) => call('getVenue', { params, signal }),
    // The form begins with what is there now.
    gcTime: 0,
  });
  const leave = async () => {
    navigate(operationsPaths.venues);
    await forget();
  };
  const removal = useMutation({ mutationFn: () => call('removeVenue', { params }), onSuccess: leave });
  if (error && !data) return <FailedPage error={error} retry={refetch} />;
  if (!data) return <Loading />;
  return (
    <div className="stack">
      <PageHeading title={localised(data.name, data.nameEn, language).main} />
      <VenueEditor venue={data} reread={refetch} leave={leave} />
      {removal.isError && <ProblemNotice error={removal.error} />}
      <div>
        <Ask
          label={text('removeVenue')}
          question={text('removeQuestion')}
          yes={text('removeYes')}
          no={text('removeNo')}
          isBusy={removal.isPending}
          onYes={() => removal.mutate()}
        />
      </div>
    </div>
  );
}

type VenueEditorProps = {
  readonly venue: Answer<'getVenue'>;
  readonly reread: () => unknown;
  readonly leave: () => Promise<void>;
};

const LABELS = {
  name: 'venueName',
  nameEn: 'venueNameEn',
  address: 'address',
  addressEn: 'addressEn',
  timeZone: 'timeZone',
  stages: 'stages',
} as const;

function VenueEditor({ venue, reread, leave }: VenueEditorProps) {
  const text = usePlanText();
  const formText = useFormText();
  const edit = useEdit(venue, draftOf);
  const change = useMutation({
    mutationFn: async (written: WrittenVenue) => {
      const body = changedVenue(written, edit.changed);
      const params = { id: venue.id };
      return edit.isTouched ? call('changeVenue', { params, body, headers: edit.headers }) : venue;
    },
    onSuccess: leave,
    onError: () => void reread(),
  });
  const told = (field: keyof VenueDraft, draft: VenueDraft) =>
    (field === 'stages' ? draft.stages.map(({ name }) => name).join(', ') : draft[field]) ||
    formText('nothing');
  const conflicts = edit.others.map((field) => ({
    label: text(LABELS[field]),
    theirs: told(field, edit.base),
    own: edit.changed[field] === undefined ? undefined : told(field, edit.draft),
  }));
  return (
    <VenueForm
      draft={edit.draft}
      onChange={edit.set}
      saveLabel={text('change')}
      isBusy={change.isPending}
      onSubmit={(written) => change.mutate(written)}
    >
      <SaveOutcome saving={change} conflicts={conflicts} onTakeTheirs={() => edit.restart(venue)} />
    </VenueForm>
  );
}
