import { useQuery } from '@tanstack/react-query';
import { useStore } from '../state/use-store.ts';
import { type Answer, call } from './call.ts';
import { accountIdOf, session } from './session-state.ts';

type Account = Answer<'readOwnAccount'>;
export type Role = Account['roles'][number];

/** Who is signed in, with the roles that they have now; undefined until that is known. */
export function useAccount() {
  const isIn = accountIdOf(useStore(session)) !== undefined;
  return useQuery({
    queryKey: ['mine', 'account'],
    queryFn: ({ signal }) => call('readOwnAccount', { signal }),
    enabled: isIn,
    staleTime: 60_000,
  });
}
