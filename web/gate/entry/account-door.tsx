import { useEffect } from 'react';
import { accountIdOf, session, useIsSignedOut } from '../../shared/api/session-state.ts';
import { localised } from '../../shared/i18n/localised.ts';
import { useLanguage } from '../../shared/i18n/use-text.ts';
import { navigate } from '../../shared/router/location.ts';
import { useStore } from '../../shared/state/use-store.ts';
import { Loading } from '../../shared/ui/loading.tsx';
import { usePerformance } from '../../tickets/sale/use-performance.ts';
import { DoorPage } from '../door/door-page.tsx';
import { useGateText } from '../messages/gate.ts';
import { gatePaths } from '../paths.ts';

type AccountDoorProps = { readonly performanceId: string; readonly signInPath: string };

/** A door that is opened with the account of the seller or of a manager; whose it is, the API decides. */
export function AccountDoor({ performanceId, signInPath }: AccountDoorProps) {
  const text = useGateText();
  const language = useLanguage();
  const isOut = useIsSignedOut();
  const accountId = accountIdOf(useStore(session));
  const { data: performance } = usePerformance(performanceId, { refresh: false });
  useEffect(() => {
    if (!isOut) return;
    const here = encodeURIComponent(location.pathname);
    navigate(`${signInPath}?next=${here}`, { replace: true });
  }, [isOut, signInPath]);
  if (isOut || accountId === undefined) return <Loading />;
  const owner = `${accountId}.${performanceId}`;
  const name = performance ? localised(performance.title, performance.titleEn, language).main : '';
  return (
    <DoorPage
      key={owner}
      door={{ performanceId, owner, pass: undefined }}
      name={text('doorOf', { name })}
      leave={() => navigate(gatePaths.gate)}
    />
  );
}
