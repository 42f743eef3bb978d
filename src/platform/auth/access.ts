import type { Principal } from './principal.ts';

/**
 * Who may call a route: `anyone`, any signed-in person (`member`), or one of some roles. Whether the
 * person owns what the route names is decided by the use case; `owner` says in words what it checks.
 */
export type Access = {
  readonly who: 'anyone' | 'member' | readonly string[];
  readonly owner?: string;
  /** Open to anyone, but anyone who sends a good access token is recognised, and may see more. */
  readonly knowsMembers?: true;
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

export function mayCall(principal: Principal, access: Access): boolean {
  if (typeof access.who === 'string') return true;
  return access.who.some((role) => principal.roles.has(role));
}
