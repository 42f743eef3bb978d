/** Everyone is a member; the other roles come by a code or by a manager. */
export const ROLES = ['member', 'seller', 'manager', 'driver'] as const;
export type Role = (typeof ROLES)[number];

export function isRole(value: unknown): value is Role {
  return ROLES.some((role) => role === value);
}

/** The roles that can be given and taken away. */
export const ENROLLED_ROLES = ['seller', 'manager', 'driver'] as const;
export type EnrolledRole = (typeof ENROLLED_ROLES)[number];

export type RoleChange = { readonly role: EnrolledRole; readonly action: 'grant' | 'revoke' };

/** The roles after a change, in their usual order; `undefined` when it changes nothing. */
export function applyRoleChange(roles: readonly Role[], change: RoleChange): readonly Role[] | undefined {
  const has = roles.includes(change.role);
  if (has === (change.action === 'grant')) return undefined;
  return ROLES.filter((role) => (role === change.role ? !has : roles.includes(role)));
}

/** In which people are written to. */
export const LANGUAGES = ['ko', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** One person, one spelling: addresses are compared without regard to case. */
export function normalizeEmail(email: string): string {
  return email.toLowerCase();
}

/** A session as far as its refresh tokens are concerned. Times are epoch ms. */
export type SessionState = {
  /** Of the refresh token that is good now. */
  readonly generation: number;
  readonly rotatedAt: number;
  readonly expiresAt: number;
  readonly revokedAt?: number;
};

/**
 * What a genuine refresh token of `presented` generation may do.
 *
 * - `rotate`: it is the current one; the next takes its place.
 * - `repeat`: it is the last but one, and was replaced a moment ago. The client that lost the answer, or
 *   two tabs that asked at once, get the same successor once more; nothing changes.
 * - `reuse`: it was replaced before: two parties hold tokens of one session, and one of them is a thief
 *   (RFC 9700, section 4.14.2). The session ends.
 * - `ended`: the session was revoked or has expired.
 */
export type RefreshDecision = 'rotate' | 'repeat' | 'reuse' | 'ended';

export function decideRefresh(
  session: SessionState,
  presented: number,
  now: number,
  graceMs: number,
): RefreshDecision {
  if (session.revokedAt !== undefined || session.expiresAt <= now) return 'ended';
  if (presented === session.generation) return 'rotate';
  const isLastButOne = presented === session.generation - 1;
  return isLastButOne && now < session.rotatedAt + graceMs ? 'repeat' : 'reuse';
}
