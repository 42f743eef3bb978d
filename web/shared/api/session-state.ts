import { keptInBrowser } from '../state/kept.ts';
import { createStore } from '../state/store.ts';
import { useStore } from '../state/use-store.ts';
import { ApiProblem } from './problem.ts';
import type { Operations } from './schema.ts';

/**
 * Who is signed in here. The access token stands in memory alone; the refresh token in a cookie that no script can
 * read. What is kept for all tabs is only whose session there is: so a page that opens knows whether to ask for its
 * token, and a tab hears when another one changes it. The cookie is one for all tabs, so that a tab whose own account
 * was replaced stops: it would go on for the other one.
 */
export type Session =
  | { readonly status: 'out' }
  /** Signing out; `hasFailed` where the server could not be told yet. */
  | { readonly status: 'leaving'; readonly hasFailed: boolean }
  /** There was a session when this page opened; it shows with the first token. */
  | { readonly status: 'resuming'; readonly accountId: string }
  | { readonly status: 'in'; readonly accountId: string; readonly token: string; readonly expiresAt: number }
  /** Another account than this tab's is signed in; nothing is done for it here. */
  | { readonly status: 'other' };

type Tokens = Operations['logIn']['answer'];

/** The id of the account whose session there is, or `LEAVING`. */
const KEPT = 'firstcome.account';
const LEAVING = 'leaving';

/** The account of this tab. It stays when the session ends elsewhere: what the page shows is still theirs. */
let own: string | undefined;

const store = createStore<Session>({ status: 'out' });
export const session = { get: store.get, subscribe: store.subscribe };

export function useIsSignedOut(): boolean {
  const { status } = useStore(session);
  return status === 'out' || status === 'leaving';
}

/** The account whose session there is here, also while its token is on its way. */
export function accountIdOf(state: Session): string | undefined {
  return 'accountId' in state ? state.accountId : undefined;
}

follow();
addEventListener('storage', ({ key }) => {
  // Without a key all of the storage was cleared.
  if (key === KEPT || key === null) follow();
});
// A page that comes back from the history heard nothing meanwhile.
addEventListener('pageshow', ({ persisted }) => persisted && follow());

/** Takes up what another tab has left, or this one before it was loaded again. */
function follow(): void {
  const kept = keptInBrowser.read(KEPT);
  const now = store.get();
  if (kept === null) store.set({ status: 'out' });
  else if (kept === LEAVING) store.set({ status: 'leaving', hasFailed: false });
  else if (own !== undefined && own !== kept) store.set({ status: 'other' });
  else if (now.status !== 'in') {
    own = kept;
    store.set({ status: 'resuming', accountId: kept });
  }
}

/** Somebody signed in here: the tab is theirs. */
export function begin(tokens: Tokens): void {
  own = tokens.accountId;
  resume(tokens);
}

/**
 * Goes on with new tokens.
 * @throws ApiProblem `other_account` where they are another's
 */
export function resume({ accountId, accessToken, expiresAt }: Tokens): { readonly token: string } {
  if (own !== accountId) {
    store.set({ status: 'other' });
    throw refusal('other_account');
  }
  const next = { status: 'in', accountId, token: accessToken, expiresAt: Date.parse(expiresAt) } as const;
  keptInBrowser.write(KEPT, accountId);
  store.set(next);
  return next;
}

/** The session has ended. */
export function end(): void {
  keptInBrowser.forget(KEPT);
  store.set({ status: 'out' });
}

/** Signs out here, whatever the server says later. @returns the access token that there was */
export function beginLeaving(): string | undefined {
  const before = store.get();
  own = undefined;
  keptInBrowser.write(KEPT, LEAVING);
  store.set({ status: 'leaving', hasFailed: false });
  return before.status === 'in' ? before.token : undefined;
}

export function isLeaving(): boolean {
  return store.get().status === 'leaving';
}

export function failLeaving(): void {
  if (isLeaving()) store.set({ status: 'leaving', hasFailed: true });
}

/** Why there is no access token. */
export function refusal(code: 'session_ended' | 'other_account'): ApiProblem {
  return new ApiProblem({ code, title: '', status: 401 });
}
