import type { Principal } from '../../platform/auth/principal.ts';
import type { SeenVersions } from '../../platform/http/conditional.ts';
import type { IdempotentWrite } from '../../platform/idempotency/ports.ts';

/** A write of someone: who, and where its answer is to be kept. */
export type By<T> = { readonly principal: Principal; readonly write?: IdempotentWrite<T> | undefined };

/** A change of what someone has seen. */
export type ChangeBy<T> = By<T> & { readonly seen?: SeenVersions };

export const isManager = (principal: Principal): boolean => principal.roles.has('manager');

/** Other sellers' things do not exist for a seller; managers may change all. */
export function mayChange(principal: Principal, ownerId: string): boolean {
  return isManager(principal) || principal.accountId === ownerId;
}
