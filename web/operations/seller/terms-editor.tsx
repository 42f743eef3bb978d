import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { call } from '../../shared/api/call.ts';
import { serverClock } from '../../shared/time/server-clock.ts';
import type { Performance } from '../../tickets/concerts/performance-parts.tsx';
import { ActionButton } from '../forms/action-button.tsx';
import { SaveOutcome } from '../forms/save-outcome.tsx';
import { useEdit } from '../forms/use-edit.ts';
import { useFormText } from '../messages/forms.ts';
import { useSellerText } from '../messages/seller.ts';
import { PastOpeningNotice, usePastOpening } from './past-opening.tsx';
import { changedTerms, draftOf, type TermsDraft, toTerms } from './terms-draft.ts';
import { TermsFields } from './terms-fields.tsx';

const TERM_LABELS = {
  startsAt: 'startsAt',
  opensAt: 'opensAt',
  closesAt: 'closesAt',
  prices: 'prices',
  limitPerPerson: 'limitPerPerson',
  roomEnabled: 'withRoom',
} as const satisfies Record<keyof TermsDraft, string>;

/** A field of the terms in words. */
function useToldTerms() {
  const formText = useFormText();
  return (field: keyof TermsDraft, draft: TermsDraft): string => {
    if (field === 'roomEnabled') return formText(draft.roomEnabled ? 'yes' : 'no');
    if (field === 'prices')
      return Object.entries(draft.prices)
        .map(([grade, amount]) => `${grade} ${amount}`)
        .join(', ');
    if (field === 'limitPerPerson') return draft.limitPerPerson;
    return draft[field].replace('T', ' ');
  };
}

/** Changes the terms of a performance; prices count for later holds only. */
export function TermsEditor({ performance }: { readonly performance: Performance }) {
  const text = useSellerText();
  const queries = useQueryClient();
  const edit = useEdit(performance, draftOf);
  const { draft } = edit;
  const hasOpened = serverClock.now() >= Date.parse(performance.opensAt);
  const place = { grades: Object.keys(performance.prices), timeZone: performance.timeZone };
  const read = toTerms(draft, place);
  const past = usePastOpening(edit.changed.opensAt === undefined ? undefined : read);
  const { id } = performance;
  const change = useMutation({
    mutationFn: async (terms: Extract<typeof read, { ok: true }>['terms']) => {
      const body = changedTerms(terms, edit.changed);
      return edit.isTouched
        ? call('changePerformance', { params: { id }, body, headers: edit.headers })
        : performance;
    },
    onSuccess(saved) {
      queries.setQueryData(['performance', id], saved);
      edit.restart(saved);
    },
    onError: () => void queries.invalidateQueries({ queryKey: ['performance', id] }),
  });
  const told = useToldTerms();
  const conflicts = edit.others.map((field) => ({
    label: text(TERM_LABELS[field]),
    theirs: told(field, edit.base),
    own: edit.changed[field] === undefined ? undefined : told(field, draft),
  }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (read.ok && past.mayGoOn()) change.mutate(read.terms);
  };
  return (
    <form className="card form" onSubmit={submit} noValidate>
      <TermsFields
        draft={draft}
        place={place}
        onChange={edit.set}
        fault={read.ok ? undefined : read.fault}
        hasOpened={hasOpened}
      />
      {past.isAsking && <PastOpeningNotice />}
      <SaveOutcome saving={change} conflicts={conflicts} onTakeTheirs={() => edit.restart(performance)} />
      <p>
        <ActionButton className="button" type="submit" isBusy={change.isPending}>
          {text(past.isAsking ? 'openNow' : 'save')}
        </ActionButton>
      </p>
    </form>
  );
}
