import type { EntryView } from './contract.ts';
import { estimateWaitMs, pollAfterMs } from './estimate.ts';
import type { Visitor } from './gate.ts';
import type { RoomStats, Standing } from './model.ts';
import type { SignedPass } from './passes.ts';
import type { Phase } from './rooms.ts';

export type ViewRules = {
  readonly passTtlMs: number;
  readonly passAgeMaxMs: number;
  /** The shortest and the longest pause between polls that is asked for. */
  readonly pollMsMin: number;
  readonly pollMsMax: number;
};

export type ViewContext = {
  readonly stats: RoomStats;
  readonly phase: Phase;
  readonly rules: ViewRules;
};

/** What somebody who waits is told. */
export function waitingView(
  who: Visitor,
  standing: Standing,
  { stats, phase, rules }: ViewContext,
): EntryView {
  const { number, ahead, behind } = standing;
  const { opensInMs } = phase;
  const estimatedWaitMs = estimateWaitMs({ ahead, stats, opensInMs, passTtlMs: rules.passTtlMs });
  return {
    entryId: entryIdOf(who, number),
    number,
    status: 'waiting',
    ahead,
    behind,
    estimatedWaitMs,
    pollAfterMs: pollAfterMs({ ...rules, ahead, number, opensInMs, estimatedWaitMs }),
    graceMs: stats.graceMs,
    ...(phase.isSoldOut ? { soldOut: true } : {}),
  };
}

/** What somebody admitted is told: to come back when the pass can be renewed. */
export function admittedView(
  who: Visitor,
  standing: Standing,
  signed: Partial<SignedPass> & Pick<SignedPass, 'passExpiresAt'>,
  { stats, phase, rules, nowMs }: ViewContext & { readonly nowMs: number },
): EntryView {
  const { number, ahead, behind } = standing;
  const pauseMs = renewableFrom(signed.passExpiresAt, rules) - nowMs;
  return {
    entryId: entryIdOf(who, number),
    number,
    status: 'admitted',
    ahead,
    behind,
    estimatedWaitMs: 0,
    pollAfterMs: Math.max(rules.pollMsMin, Math.min(rules.pollMsMax, pauseMs)),
    graceMs: stats.graceMs,
    ...(signed.pass === undefined ? {} : { pass: signed.pass }),
    passExpiresAt: new Date(signed.passExpiresAt).toISOString(),
    ...(phase.isSoldOut ? { soldOut: true } : {}),
  };
}

/** Whether the pass is half used and can still grow, so that anyone who asks for it gets a longer one. */
export function isRenewable(standing: Standing, nowMs: number, rules: ViewRules): boolean {
  const { status, admittedAt, passExpiresAt } = standing;
  if (status !== 'admitted' || admittedAt === undefined || passExpiresAt === undefined) return false;
  return nowMs >= renewableFrom(passExpiresAt, rules) && passExpiresAt < admittedAt + rules.passAgeMaxMs;
}

function renewableFrom(passExpiresAt: number, { passTtlMs }: ViewRules): number {
  return passExpiresAt - passTtlMs / 2;
}

function entryIdOf({ performanceId }: Visitor, number: number): string {
  return `${performanceId}-${number}`;
}
