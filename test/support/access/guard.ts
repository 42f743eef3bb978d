import type { Access } from '../../../src/platform/auth/access.ts';
import type { RouteEntry } from '../../../src/platform/http/authentication.ts';
import type { HttpServer } from '../../../src/platform/http/server.ts';
import { ask } from './request.ts';

export const CALLER_ROLES = ['member', 'seller', 'manager', 'driver'] as const;
export type CallerRole = (typeof CALLER_ROLES)[number];

/** What the guard of a route does with a caller: lets through, or refuses with a code. */
export type Verdict =
  | 'pass'
  | 'token_missing'
  | 'token_invalid'
  | 'token_expired'
  | 'session_ended'
  | 'role_required';

/** Codes that only the guard answers with: whatever else comes back, the guard let the request through. */
const GUARD_CODES: ReadonlySet<string> = new Set([
  'token_missing',
  'token_invalid',
  'token_expired',
  'session_ended',
  'role_required',
]);

/** What a route's declared access promises to somebody with a role; without one, to nobody known. */
export function promised(access: Access, role: CallerRole | undefined): Verdict {
  if (access.who === 'anyone') return 'pass';
  if (role === undefined) return 'token_missing';
  // Anyone who is signed in is a member, also with other roles.
  const isAllowed = access.who === 'member' || access.who.includes('member') || access.who.includes(role);
  return isAllowed ? 'pass' : 'role_required';
}

const UNKNOWN_ID = '019b7a52-4c00-7abc-8def-0123456789ab';
/** What the guard really does. Names in the address are filled with ids that nothing has. */
async function observed(server: HttpServer, route: RouteEntry, token?: string): Promise<Verdict> {
  const url = route.url.replaceAll(/:\w+/g, UNKNOWN_ID).replace('*', 'unknown');
  const body = ['POST', 'PUT', 'PATCH'].includes(route.method) ? {} : undefined;
  const answer = await ask(server, `${route.method} ${url}`, { token, body });
  const { code } = answer.body;
  const isGuard = typeof code === 'string' && GUARD_CODES.has(code);
  return isGuard ? checkStatus(code, answer.status) : 'pass';
}

function checkStatus(code: string, status: number): Verdict {
  const expected = code === 'role_required' ? 403 : 401;
  if (status !== expected) throw new Error(`${code} is answered with ${status}`);
  return code as Verdict;
}

/** Routes where the guard does other than promised, as `METHOD url: why`. */
export async function findBreaches(
  server: HttpServer,
  routes: readonly RouteEntry[],
  caller: {
    /** A token for one call: some calls end the session of theirs. */
    readonly token: () => Promise<string> | undefined;
    readonly expected: (access: Access) => Verdict;
  },
): Promise<readonly string[]> {
  const breaches: string[] = [];
  for (const route of routes) {
    const expected = caller.expected(route.access);
    const actual = await observed(server, route, await caller.token());
    if (actual !== expected) breaches.push(`${route.method} ${route.url}: ${actual}, expected ${expected}`);
  }
  return breaches;
}
