import { type ReactNode, useEffect } from 'react';
import { useIsSignedOut } from '../../shared/api/session-state.ts';
import { navigate } from '../../shared/router/location.ts';
import { Loading } from '../../shared/ui/loading.tsx';
import { ticketPaths } from '../paths.ts';

/** What only somebody signed in sees; others sign in first and come back. */
export function SignedIn({ children }: { readonly children: ReactNode }) {
  const isOut = useIsSignedOut();
  useEffect(() => {
    if (!isOut) return;
    const here = location.pathname + location.search;
    navigate(`${ticketPaths.signIn}?next=${encodeURIComponent(here)}`, { replace: true });
  }, [isOut]);
  return isOut ? <Loading /> : children;
}
