import type { FastifyReply, FastifyRequest } from 'fastify';
import { ok, type Result, refuse } from '../../kernel/result.ts';

/**
 * Our pages keep the refresh token where no script can read it: HttpOnly, sent to the routes of sessions
 * only, and never with a request that another site caused (SameSite=Strict). `Secure` is left away on the
 * loopback alone, since Safari drops such cookies of http://localhost.
 */
const NAME = 'firstcome_refresh';
const PATH = '/v1/sessions';

export function setRefreshCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  cookie: { readonly token: string; readonly expiresAt: number },
): void {
  reply.setCookie(NAME, cookie.token, {
    ...attributes(request),
    expires: new Date(cookie.expiresAt),
  });
}

export function clearRefreshCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.clearCookie(NAME, attributes(request));
}

/**
 * The refresh token of the cookie, from a request that one of our own pages made.
 *
 * SameSite lets other origins of the same site through, so the request must show where it comes from
 * (Fetch Metadata, and Origin for browsers without it), and must be JSON, which no form can send.
 * @returns undefined when there is no cookie
 */
export function readRefreshCookie(
  request: FastifyRequest,
): Result<string, 'refresh_cookie_refused'> | undefined {
  const token = request.cookies[NAME];
  if (token === undefined || token === '') return undefined;
  return isOwnPage(request) ? ok(token) : refuse('refresh_cookie_refused');
}

function isOwnPage(request: FastifyRequest): boolean {
  const { origin, 'sec-fetch-site': site, 'content-type': type } = request.headers;
  if (site !== undefined && site !== 'same-origin') return false;
  if (origin !== undefined && origin !== `${request.protocol}://${request.host}`) return false;
  return /^application\/json\s*(?:;|$)/i.test(type ?? '');
}

function attributes(request: FastifyRequest) {
  const isLoopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/.test(request.hostname);
  return {
    path: PATH,
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https' || !isLoopback,
  } as const;
}
