import type { FastifyRequest } from 'fastify';
import type { Result } from '../../kernel/result.ts';

/** Who speaks: taken from a verified access token, never from anything else in a request. */
export type Principal = {
  readonly accountId: string;
  readonly roles: ReadonlySet<string>;
  readonly sessionId: string;
  /** When the access token ends, epoch ms; live connections end with it. */
  readonly expiresAt: number;
};

export type AuthenticationCode = 'token_missing' | 'token_invalid' | 'token_expired' | 'session_ended';

/**
 * Turns an access token into a principal. Answers at once for a token it has seen, else with a promise.
 */
export type Authenticate = (
  token: string,
) => Result<Principal, AuthenticationCode> | Promise<Result<Principal, AuthenticationCode>>;

/**
 * Who may call a route: `anyone`, any signed-in person (`member`), or one of some roles. Whether the
 * person owns what the route names is decided by the use case; `owner` says in words what it checks.
 */
export type Access = {
  /** Open to anyone, but whoever sends a good access token is recognised, and may see more. */
  readonly knowsMembers?: true;
  readonly who: 'anyone' | 'member' | readonly string[];
  readonly owner?: string;
  /** What a request may show in place of a good access token; the route then has no principal. */
  readonly orElse?: (request: FastifyRequest) => boolean;
};

export const anyone: Access = { who: 'anyone' };
/** Anyone; of their own, people with a token see more. */
export const anyoneOrMember: Access = { who: 'anyone', knowsMembers: true };
export const member: Access = { who: 'member' };

/** A signed-in person who must own what the route names. */
export function ownerOf(what: string): Access {
  return { who: 'member', owner: what };
}

/** One of these roles; `owner` says what sellers must own, where it matters. */
export function roles(who: readonly string[], owner?: string): Access {
  return owner === undefined ? { who } : { who, owner };
}

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
  }
  interface FastifyContextConfig {
    access?: Access;
  }
}

/** The principal of a route whose access is not `anyone`. */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal)
    throw new Error(`route ${request.routeOptions.url} has no principal: declare its access`);
  return request.principal;
}
