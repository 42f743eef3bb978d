import { useDeferredValue, useState } from 'react';
import { call } from '../../shared/api/call.ts';
import { useAccount } from '../../shared/api/use-account.ts';
import { useList } from '../../shared/api/use-list.ts';
import { Link } from '../../shared/router/link.tsx';
import { Field } from '../../shared/ui/field.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { PagedList } from '../../shared/ui/paged-list.tsx';
import { Select } from '../forms/select.tsx';
import { useOperationsText } from '../messages/operations.ts';
import { operationsPaths } from '../paths.ts';
import { AccountRow } from './account-row.tsx';

const ROLES = ['member', 'seller', 'manager', 'driver'] as const;

/** Who has an account, and which roles; managers give them and take them away. */
export function AccountsPage() {
  const text = useOperationsText();
  const { data: own } = useAccount();
  const [q, setQ] = useState('');
  const [role, setRole] = useState<(typeof ROLES)[number] | ''>('');
  const wanted = useDeferredValue(q.trim());
  const accounts = useList(
    ['mine', 'accounts', wanted, role],
    ({ query, signal }) =>
      call('listAccounts', {
        query: { ...query, ...(wanted === '' ? {} : { q: wanted }), ...(role === '' ? {} : { role }) },
        signal,
      }),
    { keepsPrevious: true },
  );
  const options = [
    { value: '', label: text('anyRole') },
    ...ROLES.map((name) => ({ value: name, label: text(`role.${name}`) })),
  ];
  return (
    <div className="stack">
      <PageHeading title={text('accounts')} />
      <p>
        <Link to={operationsPaths.bookings}>{text('findBooking')}</Link>
      </p>
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
      <PagedList list={accounts} empty={<p className="quiet">{text('noAccounts')}</p>}>
        {(items) => (
          <ul className="stack-tight">
            {items.map((account) => (
              <AccountRow key={account.id} account={account} isOwn={account.id === own?.id} />
            ))}
          </ul>
        )}
      </PagedList>
    </div>
  );
}
