import { type FormEvent, useState } from 'react';
import { NumberField } from '../../shared/ui/number-field.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { ActionButton } from '../forms/action-button.tsx';
import { useDeadLettersText } from '../messages/dead-letters.ts';
import { type Group, selectionOf, useRedrive } from './use-dead-letters.ts';

const RATE_DEFAULT = 100;
const RATE_MAX = 1_000;

type RedriveFormProps = { readonly group: Group; readonly onStarted: () => void };

/** Applies the events of a group again, at a chosen rate. */
export function RedriveForm({ group, onStarted }: RedriveFormProps) {
  const text = useDeadLettersText();
  const [typed, setTyped] = useState(String(RATE_DEFAULT));
  const redrive = useRedrive(selectionOf(group), onStarted);
  const rate = /^\d{1,4}$/.test(typed) ? Number(typed) : 0;
  const isValid = rate >= 1 && rate <= RATE_MAX;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isValid) redrive.mutate(rate);
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      <NumberField
        label={text('rate')}
        hint={text('rateHint')}
        value={typed}
        onType={setTyped}
        error={isValid ? undefined : text('rateWrong')}
      />
      {redrive.isError && <ProblemNotice error={redrive.error} />}
      <ActionButton className="button" type="submit" isBusy={redrive.isPending} disabled={!isValid}>
        {text('start', { rate })}
      </ActionButton>
    </form>
  );
}
