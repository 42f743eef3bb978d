import type { ReactNode } from 'react';
import { session } from '../api/session-state.ts';
import { language } from '../i18n/language.ts';
import { useLanguage } from '../i18n/use-text.ts';
import { useSharedText } from '../messages/shared.ts';
import { Link } from '../router/link.tsx';
import { useLocation } from '../router/location.ts';
import { useStore } from '../state/use-store.ts';
import { FailureBoundary } from '../ui/failure-boundary.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { AccountMenu, type Place } from './account-menu.tsx';
import { Logo } from './logo.tsx';
import { OfflineNote } from './offline-note.tsx';
import { OtherAccount } from './other-account.tsx';
import { SignOutNote } from './sign-out-note.tsx';

export type NavigationItem = { readonly to: string; readonly label: string; readonly icon: IconName };

type ShellProps = {
  readonly navigation: readonly NavigationItem[];
  /** The first page of this document. */
  readonly home: string;
  /** Where one signs in; the shell adds where to go afterwards. */
  readonly signInPath: string;
  /** The other parts of the pages. */
  readonly places: readonly Place[];
  readonly footer: string;
  readonly children: ReactNode;
};

/** What stands around every page: the way to the others, the language, who is signed in. */
export function Shell({ navigation, home, signInPath, places, footer, children }: ShellProps) {
  const text = useSharedText();
  const { path } = useLocation();
  const isOther = useStore(session).status === 'other';
  return (
    <>
      <a className="button skip-link" href="#content">
        {text('skipToContent')}
      </a>
      <header className="header">
        <div className="header-inner">
          <Link to="/" className="brand">
            <Logo />
            firstcome
          </Link>
          <nav className="nav" aria-label={text('mainNavigation')}>
            <Navigation items={navigation} />
          </nav>
          <div className="header-side">
            <LanguageSwitch />
            <AccountMenu signInPath={signInPath} places={places} />
          </div>
        </div>
        <div className="bars">
          <OfflineNote />
          <SignOutNote />
        </div>
      </header>
      <main id="content" className="main">
        <FailureBoundary at={path}>
          {isOther ? <OtherAccount home={home} signInPath={signInPath} /> : children}
        </FailureBoundary>
      </main>
      <footer className="footer">{footer}</footer>
      <nav className="tab-bar" aria-label={text('mainNavigation')}>
        <Navigation items={navigation} withIcons />
      </nav>
    </>
  );
}

type NavigationProps = { readonly items: readonly NavigationItem[]; readonly withIcons?: boolean };

function Navigation({ items, withIcons = false }: NavigationProps) {
  const { path } = useLocation();
  return items.map(({ to, label, icon }) => (
    <Link key={to} to={to} aria-current={path === to ? 'page' : undefined}>
      {withIcons && <Icon name={icon} />}
      {label}
    </Link>
  ));
}

export function LanguageSwitch() {
  const text = useSharedText();
  const other = useLanguage() === 'ko' ? 'en' : 'ko';
  return (
    <button type="button" className="header-button" lang={other} onClick={() => language.set(other)}>
      {text('otherLanguage')}
    </button>
  );
}
