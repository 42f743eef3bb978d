import { createStore } from '../state/store.ts';
import { serverClock } from '../time/server-clock.ts';
import { ApiProblem } from './problem.ts';
import { send } from './request.ts';
import { type Operations, operations } from './schema.ts';

/**
 * Who is signed in here. The access token stands in memory alone; the refresh token in a cookie that no script can
 * read. What is kept is only that there is a session, so that a page that opens knows whether to ask for its token.
 */
export type Session =
  | { readonly status: 'out' }
  /** There was a session when this page opened; it shows with the first token. */
  | { readonly status: 'resuming' }
  | { readonly status: 'in'; readonly token: string; readonly expiresAt: number };

type Tokens = Operations['logIn']['answer'];

const KEPT = 'firstcome.session';
/** A token that ends so soon is replaced before it is used. */
const RENEW_BEFORE_MS = 30_000;
const JSON_HEADERS = { 'content-type': 'application/json' };

const store = createStore<Session>({
  status: localStorage.getItem(KEPT) === null ? 'out' : 'resuming',
});
export const session = { get: store.get, subscribe: store.subscribe };

// Another tab signed out or in.
addEventListener('storage', ({ key, newValue }) => {
  if (key === KEPT) store.set({ status: newValue === null ? 'out' : 'resuming' });
});

/** @throws ApiProblem `credentials_invalid`, `rate_limited` */
export async function signIn(body: Operations['logIn']['body']): Promise<void> {
  accept(await post(operations.logIn[1], body));
}

export async function signOut(): Promise<void> {
  const { token } = await currentToken().catch(() => ({ token: undefined }));
  if (token !== undefined) {
    const headers = { authorization: `Bearer ${token}` };
    await send(operations.logOut[1], { method: 'DELETE', headers }).catch(() => undefined);
  }
  end();
}

/**
 * An access token that will last for a request.
 * @throws ApiProblem `session_ended` for somebody who is not signed in
 */
export async function currentToken(): Promise<{ readonly token: string }> {
  const now = store.get();
  if (now.status === 'in' && now.expiresAt - serverClock.now() > RENEW_BEFORE_MS) return now;
  if (now.status === 'out') throw new ApiProblem({ code: 'session_ended', title: '', status: 401 });
  return renewToken(now.status === 'in' ? now.token : undefined);
}

let renewing: Promise<{ readonly token: string }> | undefined;

/** A new access token in place of `old`, asked for once however many need it. */
export function renewToken(old?: string): Promise<{ readonly token: string }> {
  renewing ??= alone(() => renew(old)).finally(() => {
    renewing = undefined;
  });
  return renewing;
}

async function renew(old: string | undefined): Promise<{ readonly token: string }> {
  const now = store.get();
  if (now.status === 'in' && now.token !== old) return now;
  try {
    return accept(await post(operations.refreshSession[1], {}));
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) end();
    throw error;
  }
}

/** Tabs renew one after the other: a refresh token is good for one use. */
function alone<T>(run: () => Promise<T>): Promise<T> {
  // Browsers offer locks on secure origins only; elsewhere the server's grace for lost answers bears two at once.
  return 'locks' in navigator ? navigator.locks.request('firstcome.session', run) : run();
}

async function post(path: string, body: unknown): Promise<Tokens> {
  const init = { method: 'POST', headers: JSON_HEADERS, body: JSON.stringify(body) };
  return (await (await send(path, init)).json()) as Tokens;
}

function accept({ accessToken, expiresAt }: Tokens): { readonly token: string } {
  const next = { status: 'in', token: accessToken, expiresAt: Date.parse(expiresAt) } as const;
  localStorage.setItem(KEPT, 'yes');
  store.set(next);
  return next;
}

function end(): void {
  localStorage.removeItem(KEPT);
  store.set({ status: 'out' });
}
