import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { call } from '../api/call.ts';
import { session, useIsSignedOut } from '../api/session-state.ts';
import { signOut } from '../api/sign-out.ts';
import { type Role, useAccount } from '../api/use-account.ts';
import { useSharedText } from '../messages/shared.ts';
import { Link } from '../router/link.tsx';
import { useLocation } from '../router/location.ts';
import { useStore } from '../state/use-store.ts';
import { Icon } from '../ui/icon.tsx';
import { ProblemNotice } from '../ui/problem-notice.tsx';

/** Another part of the pages, and who has something to do there. */
export type Place = { readonly to: string; readonly label: string; readonly roles: readonly Role[] };

type AccountMenuProps = {
  /** Where one signs in; where to go afterwards is added. */
  readonly signInPath: string;
  readonly places: readonly Place[];
};

/** The way in; for who is in, their name, the other parts of the pages that are for them, and the way out. */
export function AccountMenu({ signInPath, places }: AccountMenuProps) {
  const text = useSharedText();
  const { path } = useLocation();
  const isOut = useIsSignedOut();
  const isOther = useStore(session).status === 'other';
  const menu = useRef<HTMLDivElement>(null);
  // Who it is, is asked for when somebody looks: a crowd at an opening does not.
  const [isOpen, setOpen] = useState(false);
  if (isOther) return null;
  if (isOut) {
    const next = path === signInPath || path === '/' ? '' : `?next=${encodeURIComponent(path)}`;
    return (
      <Link to={`${signInPath}${next}`} className="header-button">
        {text('signIn')}
      </Link>
    );
  }
  return (
    <>
      <button
        type="button"
        className="header-button"
        popoverTarget="account-menu"
        aria-label={text('account')}
      >
        <Icon name="person" size={22} />
      </button>
      <div
        id="account-menu"
        className="account-menu"
        popover="auto"
        ref={menu}
        onToggle={({ newState }) => setOpen(newState === 'open')}
      >
        {isOpen && <Inside places={places} close={() => menu.current?.hidePopover()} />}
      </div>
    </>
  );
}

type InsideProps = { readonly places: readonly Place[]; readonly close: () => void };

function Inside({ places, close }: InsideProps) {
  const text = useSharedText();
  const { data: account, error, refetch } = useAccount();
  const theirs = places.filter(({ roles }) => roles.some((role) => account?.roles.includes(role)));
  return (
    <>
      {error && !account ? (
        <ProblemNotice error={error} retry={refetch} />
      ) : (
        <p className="account-name" role="status">
          {account ? account.name : text('loading')}
          {account && <span className="small quiet">{account.email}</span>}
        </p>
      )}
      {theirs.length > 0 && (
        <nav aria-label={text('otherPlaces')}>
          {theirs.map(({ to, label }) => (
            <Link key={to} to={to} className="account-item" onClick={close}>
              {label}
            </Link>
          ))}
        </nav>
      )}
      {account && !account.emailConfirmed && <Unconfirmed />}
      <button type="button" className="account-item" onClick={() => void signOut()}>
        {text('signOut')}
      </button>
    </>
  );
}

/** Nothing waits for it, so it is a line for who looks. */
function Unconfirmed() {
  const text = useSharedText();
  const sending = useMutation({ mutationFn: () => call('requestEmailConfirmation', {}) });
  return (
    <div className="account-note stack-tight">
      <p className="small">{text(sending.isSuccess ? 'confirmationSent' : 'emailUnconfirmed')}</p>
      {sending.isError && <ProblemNotice error={sending.error} />}
      {!sending.isSuccess && (
        <button
          type="button"
          className="button button-quiet"
          disabled={sending.isPending}
          onClick={() => sending.mutate()}
        >
          {text('sendConfirmation')}
        </button>
      )}
    </div>
  );
}
