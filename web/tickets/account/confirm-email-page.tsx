import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call } from '../../shared/api/call.ts';
import { useSharedText } from '../../shared/messages/shared.ts';
import { Link } from '../../shared/router/link.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { useConfirmEmailText } from '../messages/confirm-email.ts';
import { ticketPaths } from '../paths.ts';

/** Where the link of a mail leads. It asks for a press: programs that look into mails open links too. */
export function ConfirmEmailPage() {
  const text = useConfirmEmailText();
  const shared = useSharedText();
  const queries = useQueryClient();
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get('token') ?? '');
  // Not in the history, and not in a picture of the page.
  useEffect(() => history.replaceState(history.state, '', location.pathname), []);
  const confirming = useMutation({
    mutationFn: () => call('confirmEmail', { body: { token: token === '' ? '-' : token } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['mine', 'account'] }),
  });
  const { data, error, isError, isPending, mutate } = confirming;
  return (
    <div className="main-narrow stack form-page">
      <PageHeading title={text('confirmEmail')} />
      {data ? (
        <Notice tone="good">
          <p>{text('emailIsConfirmed', { email: data.email })}</p>
        </Notice>
      ) : (
        <div className="card form">
          <p>{text('confirmEmailNote')}</p>
          {isError && <ProblemNotice error={error} />}
          <button className="button button-large" type="button" disabled={isPending} onClick={() => mutate()}>
            {text('confirmEmailNow')}
          </button>
        </div>
      )}
      <p>
        <Link to={ticketPaths.concerts}>{shared('toStart')}</Link>
      </p>
    </div>
  );
}
