import type { ReactNode } from 'react';
import { type NavigationItem, Shell } from '../shared/app/shell.tsx';
import { useLocation } from '../shared/router/location.ts';
import { match, type Params } from '../shared/router/match.ts';
import { SignInPage } from './account/sign-in-page.tsx';
import { SignUpPage } from './account/sign-up-page.tsx';
import { ConcertPage } from './concerts/concert-page.tsx';
import { ConcertsPage } from './concerts/concerts-page.tsx';
import { useShopText } from './messages/shop.ts';
import { NotFoundPage } from './not-found-page.tsx';
import { ticketPaths } from './paths.ts';

/** The page of each address; those that are not here yet are not addressed either. */
const PAGES: { readonly [Page in keyof typeof ticketPaths]: (params: Params) => ReactNode } = {
  concerts: () => <ConcertsPage />,
  concert: ({ id = '' }) => <ConcertPage key={id} id={id} />,
  signIn: () => <SignInPage />,
  signUp: () => <SignUpPage />,
};

export function ShopApp() {
  const text = useShopText();
  const { path } = useLocation();
  const navigation: readonly NavigationItem[] = [
    { to: ticketPaths.concerts, label: text('concerts'), icon: 'stage' },
  ];
  return (
    <Shell navigation={navigation} signInPath={ticketPaths.signIn} footer={text('footer')}>
      {pageAt(path)}
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
