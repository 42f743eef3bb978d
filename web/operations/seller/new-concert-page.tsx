import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../shared/api/call.ts';
import { navigate } from '../../shared/router/location.ts';
import { fillPath } from '../../shared/router/match.ts';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { useSellerText } from '../messages/seller.ts';
import { operationsPaths } from '../paths.ts';
import { type ConcertDraft, ConcertForm } from './concert-form.tsx';

export function NewConcertPage() {
  const text = useSellerText();
  const queries = useQueryClient();
  const creation = useMutation({
    mutationFn: (draft: ConcertDraft) => call('createConcert', { body: draft }),
    async onSuccess({ id }) {
      await queries.invalidateQueries({ queryKey: ['mine', 'concerts'] });
      navigate(fillPath(operationsPaths.concert, { id }));
    },
  });
  return (
    <div className="main-narrow stack">
      <PageHeading title={text('newConcert')} />
      <ConcertForm
        isBusy={creation.isPending}
        error={creation.error}
        onSubmit={(draft) => creation.mutate(draft)}
      />
    </div>
  );
}
