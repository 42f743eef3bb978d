import { Shell } from '../shared/app/shell.tsx';
import { useLocation } from '../shared/router/location.ts';
import { match } from '../shared/router/match.ts';
import { AccountDoor } from './entry/account-door.tsx';
import { GatePage } from './entry/gate-page.tsx';
import { useGateText } from './messages/gate.ts';
import { gatePaths } from './paths.ts';

const SIGN_IN_PATH = '/sign-in';

export function GateApp() {
  const text = useGateText();
  const { path } = useLocation();
  const id = match(gatePaths.performance, path)?.['id'];
  return (
    <Shell
      navigation={[{ to: gatePaths.gate, label: text('gate'), icon: 'ticket' }]}
      home={gatePaths.gate}
      signInPath={SIGN_IN_PATH}
      places={[
        { to: '/', label: text('shop'), roles: ['member', 'seller', 'manager'] },
        { to: '/seller', label: text('seller'), roles: ['seller', 'manager'] },
      ]}
      footer={text('footer')}
    >
      {id === undefined ? (
        <GatePage />
      ) : (
        <AccountDoor key={id} performanceId={id} signInPath={SIGN_IN_PATH} />
      )}
    </Shell>
  );
}
