import type { MaybePromise, Result } from '../../kernel/result.ts';
import type { AdmittedPass } from '../../platform/operations/operation.ts';

/** A person at the door of a performance. */
export type Visitor = { readonly accountId: string; readonly performanceId: string };

export type AdmissionCode = 'pass_required' | 'pass_invalid' | 'pass_expired' | 'pass_spent';

export type AdmissionAnswer = Result<true, AdmissionCode>;

/** What reservations and payments need of the waiting room. */
export type AdmissionGate = {
  /**
   * Whether this pass lets this person book now. Answers at once for a pass that was signed or verified in
   * this process. Only for performances that have a room.
   */
  check(pass: string | undefined, who: Visitor): AdmissionAnswer | Promise<AdmissionAnswer>;
  /** The same of a pass that somebody comes back with after a wait, and what is kept of it meanwhile. */
  keep(pass: string | undefined, who: Visitor): MaybePromise<Result<AdmittedPass, AdmissionCode>>;
  /** Whether a pass that was good when it was kept is still unspent. */
  checkKept(pass: AdmittedPass, who: Visitor): AdmissionAnswer | Promise<AdmissionAnswer>;
  /**
   * The booking ended: the pass is used up and its slot is free; nothing to do where there is no room. Durable
   * and idempotent; `at` (epoch ms, default now) is when it ended, so that a repetition that comes late leaves a
   * newer pass alone.
   * @throws UnavailableFault, OverloadedFault; the room's own consumer of payment.succeeded repeats it
   */
  spend(who: Visitor, at?: number): Promise<void>;
};
