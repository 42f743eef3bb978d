import { useQuery } from '@tanstack/react-query';
import { useStore } from '../state/use-store.ts';
import { type Answer, call } from './call.ts';
import { session } from './session.ts';

type Account = Answer<'readOwnAccount'>;
export type Role = Account['roles'][number];

/** Who is signed in, with the roles that they have now; undefined until that is known. */
export function useAccount() {
  const isOut = useStore(session).status === 'out';
  return useQuery({
    queryKey: ['mine', 'account'],
    queryFn: ({ signal }) => call('readOwnAccount', { signal }),
    enabled: !isOut,
    staleTime: 60_000,
  });
}
