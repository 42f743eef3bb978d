import { useMutation, useQuery } from '@tanstack/react-query';
import { call } from '../../shared/api/call.ts';
import { useLanguage } from '../../shared/i18n/use-text.ts';
import { navigate } from '../../shared/router/location.ts';
import { FailedPage } from '../../shared/ui/failed-page.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { Ask } from '../../tickets/booking/ask.tsx';
import { localised } from '../../tickets/concerts/localised.ts';
import { usePlanText } from '../messages/plan.ts';
import { operationsPaths } from '../paths.ts';
import { useForgetVenues } from './use-forget-venues.ts';
import { draftOf, type WrittenVenue } from './venue-draft.ts';
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
  const onSuccess = async () => {
    navigate(operationsPaths.venues);
    await forget();
  };
  const change = useMutation({
    mutationFn: (venue: WrittenVenue) => call('changeVenue', { params, body: venue }),
    onSuccess,
  });
  const removal = useMutation({ mutationFn: () => call('removeVenue', { params }), onSuccess });
  if (error && !data) return <FailedPage error={error} retry={refetch} />;
  if (!data) return <Loading />;
  return (
    <div className="stack">
      <PageHeading title={localised(data.name, language).main} />
      <VenueForm
        initial={() => draftOf(data)}
        saveLabel={text('change')}
        isBusy={change.isPending}
        error={change.error}
        onSubmit={(venue) => change.mutate(venue)}
      />
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
