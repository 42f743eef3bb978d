import { type ReactNode, Suspense } from 'react';
import { onDemand } from '../shared/app/on-demand.tsx';
import { type NavigationItem, Shell } from '../shared/app/shell.tsx';
import { useLocation } from '../shared/router/location.ts';
import { match, type Params } from '../shared/router/match.ts';
import { Loading } from '../shared/ui/loading.tsx';
import { SignInPage } from './account/sign-in-page.tsx';
import { SignUpPage } from './account/sign-up-page.tsx';
import { ConcertPage } from './concerts/concert-page.tsx';
import { ConcertsPage } from './concerts/concerts-page.tsx';
import { LineBanners } from './line/line-banners.tsx';
import { LinePage } from './line/line-page.tsx';
import { useShopText } from './messages/shop.ts';
import { NotFoundPage } from './not-found-page.tsx';
import { ticketPaths } from './paths.ts';
import { PerformancePage } from './sale/performance-page.tsx';

// What somebody needs who comes for the first time, and in the minute of an opening, is loaded at once; the rest when
// it is gone to.
const SeatsPage = onDemand(async () => (await import('./seats/seats-page.tsx')).SeatsPage);
const ReservationPage = onDemand(
  async () => (await import('./booking/reservation-page.tsx')).ReservationPage,
);
const ReservationsPage = onDemand(async () => (await import('./own/reservations-page.tsx')).ReservationsPage);
const TicketsPage = onDemand(async () => (await import('./own/tickets-page.tsx')).TicketsPage);
const TicketPage = onDemand(async () => (await import('./own/ticket-page.tsx')).TicketPage);
const ConfirmEmailPage = onDemand(
  async () => (await import('./account/confirm-email-page.tsx')).ConfirmEmailPage,
);
const PointsPage = onDemand(async () => (await import('./own/points-page.tsx')).PointsPage);

/** The page of each address. */
const PAGES: { readonly [Page in keyof typeof ticketPaths]: (params: Params) => ReactNode } = {
  concerts: () => <ConcertsPage />,
  concert: ({ id = '' }) => <ConcertPage key={id} id={id} />,
  performance: ({ id = '' }) => <PerformancePage key={id} id={id} />,
  line: ({ id = '' }) => <LinePage key={id} id={id} />,
  seats: ({ id = '' }) => <SeatsPage key={id} id={id} />,
  reservations: () => <ReservationsPage />,
  reservation: ({ id = '' }) => <ReservationPage key={id} id={id} />,
  tickets: () => <TicketsPage />,
  ticket: ({ id = '' }) => <TicketPage key={id} id={id} />,
  points: () => <PointsPage />,
  signIn: () => <SignInPage />,
  signUp: () => <SignUpPage />,
  confirmEmail: () => <ConfirmEmailPage />,
};

export function ShopApp() {
  const text = useShopText();
  const { path } = useLocation();
  const navigation: readonly NavigationItem[] = [
    { to: ticketPaths.concerts, label: text('concerts'), icon: 'stage' },
    { to: ticketPaths.reservations, label: text('bookings'), icon: 'list' },
    { to: ticketPaths.tickets, label: text('tickets'), icon: 'ticket' },
    { to: ticketPaths.points, label: text('points'), icon: 'points' },
  ];
  return (
    <Shell
      navigation={navigation}
      home={ticketPaths.concerts}
      signInPath={ticketPaths.signIn}
      places={[
        { to: '/seller', label: text('forSellers'), roles: ['seller', 'manager'] },
        { to: '/operations', label: text('forManagers'), roles: ['manager'] },
      ]}
      footer={text('footer')}
    >
      <LineBanners />
      <Suspense fallback={<Loading />}>{pageAt(path)}</Suspense>
    </Shell>
  );
}

function pageAt(path: string): ReactNode {
  for (const [name, pattern] of Object.entries(ticketPaths)) {
    const params = match(pattern, path);
    // Both tables have the same keys.
    if (params) return PAGES[name as keyof typeof ticketPaths](params);
  }
  return <NotFoundPage />;
}
