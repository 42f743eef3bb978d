import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../shared/api/call.ts';
import { currentToken, renewToken } from '../../shared/api/session.ts';
import type { Role } from '../../shared/api/use-account.ts';
import { Field } from '../../shared/ui/field.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { useAccessText } from '../messages/access.ts';

/** Takes a role with its code. */
export function EnrolPage({ role }: { readonly role: Role }) {
  const text = useAccessText();
  const queries = useQueryClient();
  const [code, setCode] = useState('');
  const enrolment = useMutation({
    async mutationFn() {
      if (role === 'member') return;
      await call('enrol', { body: { role, code: code.trim() } });
      // A role counts from the next access token on.
      const { token } = await currentToken();
      await renewToken(token);
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['mine'] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (code.trim() !== '') enrolment.mutate();
  };
  const isManager = role === 'manager';
  return (
    <div className="main-narrow stack">
      <PageHeading title={text(isManager ? 'managersOnly' : 'sellersOnly')} />
      <p className="quiet">{text('enrolNote')}</p>
      <form className="card form" onSubmit={submit}>
        <Field
          label={text('enrolmentCode')}
          autoComplete="off"
          required
          maxLength={256}
          value={code}
          onChange={({ target }) => setCode(target.value)}
        />
        {enrolment.isError && <ProblemNotice error={enrolment.error} />}
        <button className="button" type="submit" disabled={enrolment.isPending}>
          {text('enrol')}
        </button>
      </form>
    </div>
  );
}
