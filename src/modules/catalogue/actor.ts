import type { Principal } from '../../platform/auth/principal.ts';
import type { SeenVersions } from '../../platform/http/conditional.ts';
import type { IdempotencyRef } from '../../platform/idempotency/ports.ts';

/** Who writes, and under which key. */
export type Actor = { readonly principal: Principal; readonly key?: IdempotencyRef | undefined };

/** Who changes what they have seen. */
export type Editor = Actor & { readonly seen?: SeenVersions };

export const isManager = (principal: Principal): boolean => principal.roles.has('manager');

/** Other sellers' things do not exist for a seller; managers may change all. */
export function mayChange(principal: Principal, ownerId: string): boolean {
  return isManager(principal) || principal.accountId === ownerId;
}
