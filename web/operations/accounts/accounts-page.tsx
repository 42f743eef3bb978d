import { useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { call } from '../../shared/api/call.ts';
import { Field } from '../../shared/ui/field.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { useAccount } from '../access/use-account.ts';
import { Select } from '../forms/select.tsx';
import { useOperationsText } from '../messages/operations.ts';
import { AccountRow } from './account-row.tsx';

const ROLES = ['member', 'seller', 'manager', 'driver'] as const;

/** Who has an account, and which roles; managers give them and take them away. */
export function AccountsPage() {
  const text = useOperationsText();
  const { data: own } = useAccount();
  const [q, setQ] = useState('');
  const [role, setRole] = useState<(typeof ROLES)[number] | ''>('');
  const wanted = useDeferredValue(q.trim());
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['mine', 'accounts', wanted, role],
    queryFn: ({ pageParam, signal }) =>
      call('listAccounts', {
        query: {
          limit: 30,
          ...(wanted === '' ? {} : { q: wanted }),
          ...(role === '' ? {} : { role }),
          ...(pageParam === '' ? {} : { cursor: pageParam }),
        },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const accounts = data?.pages.flatMap(({ items }) => items);
  const options = [
    { value: '', label: text('anyRole') },
    ...ROLES.map((name) => ({ value: name, label: text(`role.${name}`) })),
  ];
  return (
    <div className="stack">
      <PageHeading title={text('accounts')} />
      <div className="field-grid">
        <Field
          label={text('search')}
          type="search"
          maxLength={100}
          value={q}
          onChange={({ target }) => setQ(target.value)}
        />
        <Select
          label={text('role')}
          value={role}
          options={options}
          onChange={(value) => setRole(ROLES.find((name) => name === value) ?? '')}
        />
      </div>
      {error && !data && <ProblemNotice error={error} retry={refetch} />}
      {!data && !error && <Loading />}
      {accounts?.length === 0 && <p className="quiet">{text('noAccounts')}</p>}
      <ul className="stack-tight">
        {accounts?.map((account) => (
          <AccountRow key={account.id} account={account} isOwn={account.id === own?.id} />
        ))}
      </ul>
      {hasNextPage && (
        <p>
          <button type="button" className="button button-quiet" onClick={() => void fetchNextPage()}>
            {text('more')}
          </button>
        </p>
      )}
    </div>
  );
}
