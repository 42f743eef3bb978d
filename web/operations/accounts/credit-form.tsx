import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type Answer, call } from '../../shared/api/call.ts';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { Field } from '../../shared/ui/field.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { ActionButton } from '../forms/action-button.tsx';
import { useOperationsText } from '../messages/operations.ts';

type Account = Answer<'listAccounts'>['items'][number];

/** Gives points to an account. */
export function CreditForm({ account }: { readonly account: Account }) {
  const text = useOperationsText();
  const formats = useFormats();
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const won = /^\d{1,12}$/.test(typed) ? Number(typed) : 0;
  const amount = { amount: won, currency: 'KRW' } as const;
  const credit = useMutation({
    mutationFn: () =>
      call('creditPoints', {
        params: { id: account.id },
        body: { amount, reason },
      }),
    onSuccess() {
      setTyped('');
      setReason('');
    },
  });
  const edit = (change: () => void) => {
    change();
    credit.reset();
  };
  const isComplete = won > 0 && reason.trim() !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isComplete) credit.mutate();
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      <div className="field-grid">
        <Field
          label={text('creditAmount')}
          inputMode="numeric"
          value={typed}
          onChange={({ target }) => edit(() => setTyped(target.value.replaceAll(/\D/g, '')))}
        />
        <Field
          label={text('creditReason')}
          hint={text('creditReasonHint')}
          maxLength={200}
          value={reason}
          onChange={({ target }) => edit(() => setReason(target.value))}
        />
      </div>
      {credit.isError && <ProblemNotice error={credit.error} />}
      {credit.isSuccess && (
        <Notice tone="good">
          <p>{text('credited', { amount: formats.money(credit.data.amount) })}</p>
        </Notice>
      )}
      <ActionButton className="button" type="submit" isBusy={credit.isPending} disabled={!isComplete}>
        {text('creditDo', { amount: formats.money(amount) })}
      </ActionButton>
    </form>
  );
}
