import { serverClock } from '../time/server-clock.ts';
import { alone } from './alone.ts';
import { ApiProblem } from './problem.ts';
import { send } from './request.ts';
import { type Operations, operations } from './schema.ts';
import { begin, end, isLeaving, refusal, resume, session } from './session-state.ts';
import { finishSignOut, stopSignOut } from './sign-out.ts';

type Tokens = Operations['logIn']['answer'];
type Account = Operations['readOwnAccount']['answer'];

/** A token that ends so soon is replaced before it is used. */
const RENEW_BEFORE_MS = 30_000;
const JSON_HEADERS = { 'content-type': 'application/json' };

/** @throws ApiProblem `credentials_invalid`, `rate_limited` */
export async function signIn(body: Operations['logIn']['body']): Promise<void> {
  // The answer to a sign-out that is still under way would take the new cookie along.
  await stopSignOut();
  try {
    begin(await post(operations.logIn[1], body));
  } finally {
    if (isLeaving()) void finishSignOut();
  }
}

/**
 * An access token that will last for a request.
 * @throws ApiProblem `session_ended` for somebody who is not signed in, `other_account` where another one is
 */
export async function currentToken(): Promise<{ readonly token: string }> {
  const now = session.get();
  if (now.status === 'in' && now.expiresAt - serverClock.now() > RENEW_BEFORE_MS) return now;
  return renewToken(now.status === 'in' ? now.token : undefined);
}

let renewing: Promise<{ readonly token: string }> | undefined;

/** A new access token in place of `old`, asked for once however many need it. */
export function renewToken(old?: string): Promise<{ readonly token: string }> {
  // Tabs renew one after the other: a refresh token is good for one use.
  renewing ??= alone(() => renew(old)).finally(() => {
    renewing = undefined;
  });
  return renewing;
}

async function renew(old: string | undefined): Promise<{ readonly token: string }> {
  const now = session.get();
  if (now.status === 'in' && now.token !== old) return now;
  if (now.status === 'other') throw refusal('other_account');
  if (now.status !== 'in' && now.status !== 'resuming') throw refusal('session_ended');
  return resume(await refresh());
}

/** Who is signed in in place of this tab's account. What shows it is not kept, so that nothing else is done for them. */
export async function readOtherAccount(): Promise<Account> {
  const { accessToken } = await alone(refresh);
  const headers = { authorization: `Bearer ${accessToken}` };
  return (await (await send(operations.readOwnAccount[1], { headers })).json()) as Account;
}

async function refresh(): Promise<Tokens> {
  try {
    return await post(operations.refreshSession[1], {});
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) end();
    throw error;
  }
}

async function post(path: string, body: unknown): Promise<Tokens> {
  const init = { method: 'POST', headers: JSON_HEADERS, body: JSON.stringify(body) };
  return (await (await send(path, init)).json()) as Tokens;
}
