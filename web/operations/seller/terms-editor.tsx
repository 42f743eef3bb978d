import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../shared/api/call.ts';
import { serverClock } from '../../shared/time/server-clock.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import type { Performance } from '../../tickets/concerts/performance-parts.tsx';
import { ActionButton } from '../forms/action-button.tsx';
import { useSellerText } from '../messages/seller.ts';
import { draftOf, type TermsDraft, toTerms } from './terms-draft.ts';
import { TermsFields } from './terms-fields.tsx';

/** Changes the terms of a performance; prices count for later holds only. */
export function TermsEditor({ performance }: { readonly performance: Performance }) {
  const text = useSellerText();
  const queries = useQueryClient();
  const [draft, setDraft] = useState<TermsDraft>(() => draftOf(performance));
  const hasOpened = serverClock.now() >= Date.parse(performance.opensAt);
  const place = { grades: Object.keys(performance.prices), timeZone: performance.timeZone };
  const read = toTerms(draft, place);
  const { id } = performance;
  const change = useMutation({
    mutationFn: ({ opensAt, ...terms }: Extract<typeof read, { ok: true }>['terms']) =>
      call('changePerformance', { params: { id }, body: { ...terms, ...(hasOpened ? {} : { opensAt }) } }),
    onSuccess: (changed) => queries.setQueryData(['performance', id], changed),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (read.ok) change.mutate(read.terms);
  };
  return (
    <form className="card form" onSubmit={submit} noValidate>
      <TermsFields
        draft={draft}
        place={place}
        onChange={setDraft}
        fault={read.ok ? undefined : read.fault}
        hasOpened={hasOpened}
      />
      {change.isError && <ProblemNotice error={change.error} />}
      {change.isSuccess && (
        <Notice tone="good">
          <p>{text('saved')}</p>
        </Notice>
      )}
      <p>
        <ActionButton className="button" type="submit" isBusy={change.isPending}>
          {text('save')}
        </ActionButton>
      </p>
    </form>
  );
}
