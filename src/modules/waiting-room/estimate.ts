import { admits, type RoomStats } from './model.ts';

const SECOND_MS = 1_000;
/** How much longer the pause between polls gets with each person ahead. */
const POLL_MS_PER_PLACE = 10;
/** Polls of neighbours are spread over this share of the pause. */
const JITTER_SHARE = 0.2;

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
