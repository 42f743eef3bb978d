import { type FormEvent, useState } from 'react';
import { Field } from '../../shared/ui/field.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { ActionButton } from '../forms/action-button.tsx';
import { useDeadLettersText } from '../messages/dead-letters.ts';
import { type Group, selectionOf, useDiscard } from './use-dead-letters.ts';

/** Gives the events of a group up, with a reason. */
export function DiscardForm({ group }: { readonly group: Group }) {
  const text = useDeadLettersText();
  const [reason, setReason] = useState('');
  const discard = useDiscard(selectionOf(group));
  const isComplete = reason.trim() !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isComplete) discard.mutate(reason);
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      <p className="small">{text('discardNote')}</p>
      <Field
        label={text('reason')}
        hint={text('reasonHint')}
        maxLength={500}
        value={reason}
        onChange={({ target }) => setReason(target.value)}
      />
      {discard.isError && <ProblemNotice error={discard.error} />}
      <ActionButton
        className="button button-danger"
        type="submit"
        isBusy={discard.isPending}
        disabled={!isComplete}
      >
        {text('discardDo', { count: group.parked })}
      </ActionButton>
    </form>
  );
}
