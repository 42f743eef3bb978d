import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Answer, call } from '../../shared/api/call.ts';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { ActionButton } from '../forms/action-button.tsx';
import { AskFirst } from '../forms/ask-first.tsx';
import { useOperationsText } from '../messages/operations.ts';
import { CreditForm } from './credit-form.tsx';

type Account = Answer<'listAccounts'>['items'][number];

/** Everyone is a member; these can be given and taken away. */
const GIVEN_ROLES = ['seller', 'manager', 'driver'] as const;
type GivenRole = (typeof GIVEN_ROLES)[number];

export function AccountRow({ account, isOwn }: { readonly account: Account; readonly isOwn: boolean }) {
  const text = useOperationsText();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<GivenRole>();
  const [isCrediting, setCrediting] = useState(false);
  const change = useMutation({
    mutationFn: (role: GivenRole) =>
      call('changeRole', {
        params: { id: account.id },
        body: { role, action: account.roles.includes(role) ? 'revoke' : 'grant' },
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['mine', 'accounts'] }),
    onSettled: () => setAsked(undefined),
  });
  return (
    <li className="card stack-tight account-row">
      <div className="row-apart">
        <div>
          <p>
            <strong>{account.name}</strong>
          </p>
          <p className="small quiet">{account.email}</p>
        </div>
        <fieldset className="chips">
          <legend className="visually-hidden">{text('rolesOf', { name: account.name })}</legend>
          {GIVEN_ROLES.map((role) => {
            const has = account.roles.includes(role);
            return (
              <ActionButton
                key={role}
                className="chip"
                aria-pressed={has}
                // Managers do not take the role from themselves: one must remain.
                disabled={isOwn && role === 'manager' && has}
                isBusy={change.isPending}
                title={text(has ? 'revoke' : 'grant', { role: text(`role.${role}`) })}
                onClick={() => (change.reset(), setAsked(role))}
              >
                {text(`role.${role}`)}
              </ActionButton>
            );
          })}
          <button
            type="button"
            className="chip"
            aria-expanded={isCrediting}
            onClick={() => setCrediting(!isCrediting)}
          >
            {text('credit')}
          </button>
        </fieldset>
      </div>
      {asked !== undefined && (
        <AskFirst
          question={text(account.roles.includes(asked) ? 'askRevoke' : 'askGrant', {
            name: account.name,
            email: account.email,
            role: text(`role.${asked}`),
          })}
          yes={text(account.roles.includes(asked) ? 'revoke' : 'grant', { role: text(`role.${asked}`) })}
          isBusy={change.isPending}
          onYes={() => change.mutate(asked)}
          onNo={() => setAsked(undefined)}
        />
      )}
      {isCrediting && <CreditForm account={account} />}
      {change.isError && <ProblemNotice error={change.error} />}
    </li>
  );
}
