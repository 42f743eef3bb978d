import type { ReactNode } from 'react';
import { type Role, useAccount } from '../shared/api/use-account.ts';
import { type NavigationItem, Shell } from '../shared/app/shell.tsx';
import { useLocation } from '../shared/router/location.ts';
import { match, type Params } from '../shared/router/match.ts';
import { RoleGate } from './access/role-gate.tsx';
import { AccountsPage } from './accounts/accounts-page.tsx';
import { AuditPage } from './audit/audit-page.tsx';
import { BookingsPage } from './bookings/bookings-page.tsx';
import { SagaPage } from './bookings/saga-page.tsx';
import { DeadLettersPage } from './dead-letters/dead-letters-page.tsx';
import { DoorsPage } from './doors/doors-page.tsx';
import { useAccessText } from './messages/access.ts';
import { operationsPaths } from './paths.ts';
import { RoomsPage } from './rooms/rooms-page.tsx';
import { ConcertEditPage } from './seller/concert-edit-page.tsx';
import { NewConcertPage } from './seller/new-concert-page.tsx';
import { NewVenuePage } from './seller/new-venue-page.tsx';
import { OwnConcertsPage } from './seller/own-concerts-page.tsx';
import { SalePage } from './seller/sale-page.tsx';
import { VenueEditPage } from './seller/venue-edit-page.tsx';
import { VenuesPage } from './seller/venues-page.tsx';
import { OverviewPage } from './stats/overview-page.tsx';

const SIGN_IN_PATH = '/sign-in';

type Page = { readonly roles: readonly [Role, ...Role[]]; readonly show: (params: Params) => ReactNode };

const forSellers = (show: Page['show']): Page => ({ roles: ['seller', 'manager'], show });
const forManagers = (show: Page['show']): Page => ({ roles: ['manager'], show });

/** The page of each address, and who sees it. */
const PAGES: { readonly [Name in keyof typeof operationsPaths]: Page } = {
  concerts: forSellers(() => <OwnConcertsPage />),
  newConcert: forSellers(() => <NewConcertPage />),
  concert: forSellers(({ id = '' }) => <ConcertEditPage key={id} id={id} />),
  performance: forSellers(({ id = '' }) => <SalePage key={id} id={id} />),
  doors: forSellers(({ id = '' }) => <DoorsPage key={id} id={id} />),
  performanceBookings: forSellers(({ id = '' }) => <BookingsPage key={id} performanceId={id} />),
  venues: forSellers(() => <VenuesPage />),
  newVenue: forSellers(() => <NewVenuePage />),
  venue: forSellers(({ id = '' }) => <VenueEditPage key={id} id={id} />),
  rooms: forSellers(() => <RoomsPage />),
  overview: forManagers(() => <OverviewPage />),
  bookings: forSellers(() => <BookingsPage />),
  booking: forSellers(({ id = '' }) => <SagaPage key={id} id={id} />),
  accounts: forManagers(() => <AccountsPage />),
  audit: forManagers(() => <AuditPage />),
  deadLetters: forManagers(() => <DeadLettersPage />),
};

export function OperationsApp() {
  const text = useAccessText();
  const { path } = useLocation();
  const { page, params } = pageAt(path);
  return (
    <Shell
      navigation={useNavigation()}
      home={operationsPaths.concerts}
      signInPath={SIGN_IN_PATH}
      places={[
        { to: '/', label: text('shop'), roles: ['member', 'seller', 'manager'] },
        { to: '/gate', label: text('gate'), roles: ['seller', 'manager'] },
      ]}
      footer={text('footer')}
    >
      <RoleGate signInPath={SIGN_IN_PATH} roles={page.roles}>
        {page.show(params)}
      </RoleGate>
    </Shell>
  );
}

/** What the person may see. */
function useNavigation(): readonly NavigationItem[] {
  const text = useAccessText();
  const { data: account } = useAccount();
  const forAll: readonly NavigationItem[] = [
    { to: operationsPaths.concerts, label: text('selling'), icon: 'stage' },
    { to: operationsPaths.venues, label: text('venues'), icon: 'pin' },
    { to: operationsPaths.rooms, label: text('rooms'), icon: 'clock' },
  ];
  if (account?.roles.includes('manager') !== true) return forAll;
  return [
    ...forAll,
    { to: operationsPaths.overview, label: text('overview'), icon: 'list' },
    { to: operationsPaths.accounts, label: text('accounts'), icon: 'people' },
    { to: operationsPaths.audit, label: text('audit'), icon: 'list' },
  ];
}

/** The first that fits: `/seller/concerts/new` stands before `/seller/concerts/:id`. */
function pageAt(path: string): { readonly page: Page; readonly params: Params } {
  for (const [name, pattern] of Object.entries(operationsPaths)) {
    const params = match(pattern, path);
    // Both tables have the same keys.
    if (params) return { page: PAGES[name as keyof typeof operationsPaths], params };
  }
  return { page: PAGES.concerts, params: {} };
}
