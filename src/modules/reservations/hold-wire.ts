import { DeadlineFault, Fault, OverloadedFault, UnavailableFault } from '../../kernel/faults.ts';
import type { HoldOutcome, HoldRequest } from './ports.ts';

/** Requests for seats and their outcomes as JSON, for strategies where another process decides than was asked. */

type WiredFault = Pick<Fault, 'code' | 'message' | 'retryable'> & {
  readonly kind: 'away' | 'full' | 'late' | 'other';
  readonly dependency?: string;
  readonly retryAfterMs?: number;
};

export function encodeHoldRequest(request: HoldRequest): string {
  const { saveTo } = request;
  if (!saveTo) return JSON.stringify(request);
  const ref = { ...saveTo.ref, fingerprint: saveTo.ref.fingerprint.toString('base64') };
  return JSON.stringify({ ...request, saveTo: { ...saveTo, ref } });
}

export function decodeHoldRequest(text: string): HoldRequest {
  type Wired = Omit<HoldRequest, 'saveTo'> & {
    readonly saveTo?: { readonly ref: { scope: string; key: string; fingerprint: string }; known?: object };
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as it was encoded above
  const { saveTo, ...request } = JSON.parse(text) as Wired;
  if (!saveTo) return request;
  const ref = { ...saveTo.ref, fingerprint: Buffer.from(saveTo.ref.fingerprint, 'base64') };
  return { ...request, saveTo: { ...saveTo, ref } };
}

export function encodeHoldOutcome(outcome: HoldOutcome): string {
  return JSON.stringify({ outcome });
}

export function encodeHoldFault(error: unknown): string {
  const { code, message, retryable } =
    error instanceof Fault ? error : { code: 'hold_failed', message: String(error), retryable: false };
  const about = { code, message, retryable };
  const fault: WiredFault =
    error instanceof UnavailableFault
      ? { ...about, kind: 'away', dependency: error.dependency }
      : error instanceof OverloadedFault
        ? { ...about, kind: 'full', retryAfterMs: error.retryAfterMs }
        : { ...about, kind: error instanceof DeadlineFault ? 'late' : 'other' };
  return JSON.stringify({ fault });
}

/** @throws the fault of who decided */
export function decodeHoldOutcome(text: string): HoldOutcome {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as it was encoded above
  const { outcome, fault } = JSON.parse(text) as { outcome?: HoldOutcome; fault?: WiredFault };
  if (outcome) return outcome;
  const { kind, code, message, retryable, dependency = '', retryAfterMs = 0 } = fault!;
  if (kind === 'away') throw new UnavailableFault(dependency, message);
  if (kind === 'full') throw new OverloadedFault(message, { retryAfterMs });
  throw kind === 'late' ? new DeadlineFault(message) : new Fault(code, message, { retryable });
}
