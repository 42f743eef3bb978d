import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLoopback } from '../../kernel/loopback.ts';

/**
 * Cookies that no script reads (HttpOnly), and that no request carries which another site caused (SameSite=Strict).
 *
 * Their names begin with `__Host-`, so that neither a sibling domain nor plain HTTP can plant one (RFC 6265bis,
 * section 4.1.3.2); the prefix demands `Secure` and the path `/`. On the loopback by plain HTTP alone they do
 * without both, since Safari drops secure cookies of http://localhost, and have a narrow path instead.
 */
export type OwnCookie = { readonly name: string; readonly path: string };

export function setOwnCookie(
  reply: FastifyReply,
  cookie: OwnCookie & { readonly value: string } & (
      | { readonly expiresAt: number }
      | { readonly keptSeconds: number }
    ),
): void {
  const { name, attributes } = placed(reply.request, cookie);
  const until =
    'expiresAt' in cookie ? { expires: new Date(cookie.expiresAt) } : { maxAge: cookie.keptSeconds };
  addToReply(reply, { name, value: cookie.value, ...attributes, ...until });
}

export function clearOwnCookie(reply: FastifyReply, cookie: OwnCookie): void {
  const { name, attributes } = placed(reply.request, cookie);
  addToReply(reply, { name, value: '', ...attributes, expires: new Date(0), maxAge: 0 });
}

/** Undefined without one, and for an empty one. */
export function readOwnCookie(request: FastifyRequest, cookie: OwnCookie): string | undefined {
  const { cookie: header = '' } = request.headers;
  return parseCookie(header)[placed(request, cookie).name] || undefined;
}

function placed(request: FastifyRequest, { name, path }: OwnCookie) {
  const secure = request.protocol === 'https' || !isLoopback(request.hostname);
  return {
    name: secure ? `__Host-${name}` : name,
    attributes: { path: secure ? '/' : path, httpOnly: true, sameSite: 'strict', secure } as const,
  };
}

/** Beside those that the answer has: Fastify keeps several. */
function addToReply(reply: FastifyReply, cookie: Parameters<typeof stringifySetCookie>[0]): void {
  reply.header('set-cookie', stringifySetCookie(cookie));
}
