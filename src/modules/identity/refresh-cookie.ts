import type { FastifyReply, FastifyRequest } from 'fastify';
import { ok, type Result, refuse } from '../../kernel/result.ts';
import { isOwnOrigin } from '../../platform/http/proxy-warnings.ts';
import { clearOwnCookie, readOwnCookie, setOwnCookie } from './own-cookie.ts';

/** Our pages keep the refresh token where no script can read it. */
const COOKIE = { name: 'firstcome_refresh', path: '/v1/sessions' } as const;

export function setRefreshCookie(
  reply: FastifyReply,
  { token, expiresAt }: { readonly token: string; readonly expiresAt: number },
): void {
  setOwnCookie(reply, { ...COOKIE, value: token, expiresAt });
}

export function clearRefreshCookie(reply: FastifyReply): void {
  clearOwnCookie(reply, COOKIE);
}

export function hasRefreshCookie(request: FastifyRequest): boolean {
  return readOwnCookie(request, COOKIE) !== undefined;
}

/**
 * The refresh token of the cookie, from a request that one of our own pages made.
 *
 * SameSite lets other origins of the same site through, so the request must show where it comes from, and must be
 * what no form can send: JSON, or a DELETE.
 * @returns undefined when there is no cookie
 */
export function readRefreshCookie(
  request: FastifyRequest,
): Result<string, 'refresh_cookie_refused'> | undefined {
  const token = readOwnCookie(request, COOKIE);
  if (token === undefined) return undefined;
  return isOwnPage(request) ? ok(token) : refuse('refresh_cookie_refused');
}

/**
 * By Fetch Metadata, which no page can forge and no proxy falsifies. Browsers send it to secure origins only; else
 * by Origin, which has to name the host that we were asked for, as far as a proxy passes that on.
 */
function isOwnPage(request: FastifyRequest): boolean {
  const { 'sec-fetch-site': site, 'content-type': type } = request.headers;
  if (request.method !== 'DELETE' && !/^application\/json\s*(?:;|$)/i.test(type ?? '')) return false;
  return site === undefined ? isOwnOrigin(request) : site === 'same-origin';
}
