import { type ReactNode, useEffect } from 'react';
import { useIsSignedOut } from '../../shared/api/session-state.ts';
import { type Role, useAccount } from '../../shared/api/use-account.ts';
import { navigate } from '../../shared/router/location.ts';
import { FailedPage } from '../../shared/ui/failed-page.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { EnrolPage } from './enrol-page.tsx';

type RoleGateProps = {
  readonly signInPath: string;
  /** Any of them is enough. */
  readonly roles: readonly [Role, ...Role[]];
  readonly children: ReactNode;
};

/**
 * Shows pages to those whom the API lets do what is on them; others are asked to sign in, or for the code of the role.
 * That is for convenience: what may be seen and done is decided by the API alone.
 */
export function RoleGate({ signInPath, roles, children }: RoleGateProps) {
  const isOut = useIsSignedOut();
  const { data: account, error, refetch } = useAccount();
  useEffect(() => {
    if (!isOut) return;
    const here = location.pathname + location.search;
    navigate(`${signInPath}?next=${encodeURIComponent(here)}`, { replace: true });
  }, [isOut, signInPath]);
  if (isOut) return <Loading />;
  if (error && !account) return <FailedPage error={error} retry={refetch} />;
  if (!account) return <Loading />;
  return roles.some((role) => account.roles.includes(role)) ? children : <EnrolPage role={roles[0]} />;
}
