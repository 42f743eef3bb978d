import type { EntryView } from './contract.ts';
import type { Visitor } from './gate.ts';
import { admits, type RoomStats, type Standing } from './model.ts';
import type { SignedPass } from './passes.ts';
import type { Phase } from './rooms.ts';

const SECOND_MS = 1_000;
/** How much longer the pause between polls gets with each person ahead. */
const POLL_MS_PER_PLACE = 10;
/** Polls of neighbours are spread over this share of the pause. */
const JITTER_SHARE = 0.2;

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
    ...(phase.isSpokenFor ? { seatsSpokenFor: true } : {}),
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

export type WaitQuestion = {
  readonly ahead: number;
  readonly stats: RoomStats;
  /** Until the room opens; zero or less when it is open. */
  readonly opensInMs: number;
  readonly passTtlMs: number;
};

/**
 * How long someone with `ahead` people before will wait: the longer of two queues. By rate, at the configured
 * one for the next second's worth and at the measured one beyond it; by slots, those that are not free now at
 * the measured rate of admission or, before there is one, as if every pass were used to its end.
 * @returns null while nobody is admitted
 */
export function estimateWaitMs({ ahead, stats, opensInMs, passTtlMs }: WaitQuestion): number | null {
  const { ratePerSecond, concurrency, currentRate, active, state } = stats;
  if (!admits(state) || ratePerSecond === 0 || concurrency === 0) return null;
  const isMeasured = currentRate > 0 && ahead >= ratePerSecond;
  const rate = isMeasured ? Math.min(currentRate, ratePerSecond) : ratePerSecond;
  const turnover = currentRate > 0 ? currentRate : (concurrency * SECOND_MS) / passTtlMs;
  const missing = ahead + 1 - Math.max(0, concurrency - active);
  const seconds = Math.max((ahead + 1) / rate, missing > 0 ? missing / turnover : 0);
  return Math.ceil(Math.max(0, opensInMs) + seconds * SECOND_MS);
}

export type PollQuestion = {
  readonly ahead: number;
  readonly estimatedWaitMs: number | null;
  /** The person's number, which decides on the jitter: the same every time. */
  readonly number: number;
  readonly opensInMs: number;
  readonly pollMsMin: number;
  readonly pollMsMax: number;
};

/**
 * When to ask again: soon at the front, later further back, so that the polls of a line grow with the logarithm
 * of its length up to where the pause is at its longest. But not later than after half of the wait, so that who
 * is admitted soon hears of it soon.
 */
export function pollAfterMs(question: PollQuestion): number {
  const { ahead, estimatedWaitMs, number, opensInMs, pollMsMin, pollMsMax } = question;
  const byPlaceMs = Math.max(0, opensInMs) + pollMsMin + ahead * POLL_MS_PER_PLACE;
  const pauseMs = estimatedWaitMs === null ? byPlaceMs : Math.min(byPlaceMs, estimatedWaitMs / 2);
  const jitter = 1 - JITTER_SHARE * spread(number);
  return Math.max(pollMsMin, Math.round(Math.min(pollMsMax, pauseMs) * jitter));
}

/** An even spread over [0, 1) of numbers that follow one another (Knuth's multiplicative hash). */
function spread(number: number): number {
  return (Math.imul(number, 2_654_435_761) >>> 0) / 2 ** 32;
}
