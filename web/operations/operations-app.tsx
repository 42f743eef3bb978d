import type { ReactNode } from 'react';
import { type NavigationItem, Shell } from '../shared/app/shell.tsx';
import { useLocation } from '../shared/router/location.ts';
import { match, type Params } from '../shared/router/match.ts';
import { RoleGate } from './access/role-gate.tsx';
import { useAccessText } from './messages/access.ts';
import { operationsPaths } from './paths.ts';
import { ConcertEditPage } from './seller/concert-edit-page.tsx';
import { NewConcertPage } from './seller/new-concert-page.tsx';
import { NewVenuePage } from './seller/new-venue-page.tsx';
import { OwnConcertsPage } from './seller/own-concerts-page.tsx';
import { SalePage } from './seller/sale-page.tsx';
import { VenuesPage } from './seller/venues-page.tsx';

const SIGN_IN_PATH = '/sign-in';

/** The page of each address. */
const PAGES: { readonly [Page in keyof typeof operationsPaths]: (params: Params) => ReactNode } = {
  concerts: () => <OwnConcertsPage />,
  newConcert: () => <NewConcertPage />,
  concert: ({ id = '' }) => <ConcertEditPage key={id} id={id} />,
  performance: ({ id = '' }) => <SalePage key={id} id={id} />,
  venues: () => <VenuesPage />,
  newVenue: () => <NewVenuePage />,
};

export function OperationsApp() {
  const text = useAccessText();
  const { path } = useLocation();
  const navigation: readonly NavigationItem[] = [
    { to: operationsPaths.concerts, label: text('selling'), icon: 'stage' },
    { to: operationsPaths.venues, label: text('venues'), icon: 'pin' },
  ];
  return (
    <Shell navigation={navigation} signInPath={SIGN_IN_PATH} footer={text('footer')}>
      <RoleGate signInPath={SIGN_IN_PATH} roles={['seller', 'manager']}>
        {pageAt(path)}
      </RoleGate>
    </Shell>
  );
}

/** The first that fits: `/seller/concerts/new` stands before `/seller/concerts/:id`. */
function pageAt(path: string): ReactNode {
  for (const [name, pattern] of Object.entries(operationsPaths)) {
    const params = match(pattern, path);
    // Both tables have the same keys.
    if (params) return PAGES[name as keyof typeof operationsPaths](params);
  }
  return <OwnConcertsPage />;
}
