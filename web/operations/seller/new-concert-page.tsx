import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../shared/api/call.ts';
import { navigate } from '../../shared/router/location.ts';
import { fillPath } from '../../shared/router/match.ts';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { useSellerText } from '../messages/seller.ts';
import { operationsPaths } from '../paths.ts';
import { type ConcertDraft, ConcertForm, concertBodyOf, NEW_CONCERT } from './concert-form.tsx';

export function NewConcertPage() {
  const text = useSellerText();
  const queries = useQueryClient();
  const [draft, setDraft] = useState<ConcertDraft>(NEW_CONCERT);
  const creation = useMutation({
    mutationFn: () => call('createConcert', { body: { ...concertBodyOf(draft), visibility: 'draft' } }),
    async onSuccess({ id }) {
      await queries.invalidateQueries({ queryKey: ['mine', 'concerts'] });
      navigate(fillPath(operationsPaths.concert, { id }));
    },
  });
  return (
    <div className="main-narrow stack">
      <PageHeading title={text('newConcert')} />
      <ConcertForm
        draft={draft}
        onChange={setDraft}
        isBusy={creation.isPending}
        onSubmit={() => creation.mutate()}
      >
        {creation.isError && <ProblemNotice error={creation.error} />}
      </ConcertForm>
    </div>
  );
}
