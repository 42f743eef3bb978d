import type { Principal } from '../../platform/auth/principal.ts';
import type { SalesTerms } from '../catalogue/index.ts';
import type { ReservationRecord } from './model.ts';

/** Whether this person sees a reservation: its owner, the seller of its performance, any manager. */
export function maySee(
  principal: Principal,
  reservation: ReservationRecord,
  terms: SalesTerms | undefined,
): boolean {
  return mayCancel(principal, reservation) || sells(principal, terms);
}

/** Whether this person may cancel it: its owner, any manager. */
export function mayCancel(principal: Principal, reservation: ReservationRecord): boolean {
  return reservation.accountId === principal.accountId || principal.roles.has('manager');
}

/** Whether this is the seller of the performance. */
export function sells(principal: Principal, terms: SalesTerms | undefined): boolean {
  return principal.roles.has('seller') && terms?.sellerId === principal.accountId;
}
