import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../shared/api/call.ts';
import { navigate } from '../../shared/router/location.ts';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { usePlanText } from '../messages/plan.ts';
import { operationsPaths } from '../paths.ts';
import { useForgetVenues } from './use-forget-venues.ts';
import { emptyVenue, type WrittenVenue } from './venue-draft.ts';
import { VenueForm } from './venue-form.tsx';

export function NewVenuePage() {
  const text = usePlanText();
  const forget = useForgetVenues();
  const [draft, setDraft] = useState(emptyVenue);
  const creation = useMutation({
    mutationFn: ({ name, address, timeZone, stages }: WrittenVenue) =>
      // A stage without a plan is one that there is already: none of these.
      call('createVenue', {
        body: {
          name,
          address,
          timeZone,
          stages: stages.flatMap(({ name: stage, plan }) => (plan ? [{ name: stage, plan }] : [])),
        },
      }),
    async onSuccess() {
      await forget();
      navigate(operationsPaths.venues);
    },
  });
  return (
    <div className="stack">
      <PageHeading title={text('newVenue')} />
      <VenueForm
        draft={draft}
        onChange={setDraft}
        saveLabel={text('save')}
        isBusy={creation.isPending}
        onSubmit={(venue) => creation.mutate(venue)}
      >
        {creation.isError && <ProblemNotice error={creation.error} />}
      </VenueForm>
    </div>
  );
}
