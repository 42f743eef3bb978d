import type { KeyRetirement } from './key-store.ts';

/** The times of a key, epoch ms. Keys are kept in the order of `signsFrom`, which differs for each. */
export type KeyTimes = {
  readonly signsFrom: number;
  readonly verifiesUntil?: number;
};

export type KeyScheduleOptions = {
  /** How long a key is published before it signs, so that anyone who caches the key set knows it by then. */
  readonly leadMs: number;
  /** The longest life of a token: how long a key verifies after it signed for the last time. */
  readonly maxTokenTtlMs: number;
};

/** The key that signs now: the newest whose time has come. */
export function signingKeyAt<K extends KeyTimes>(keys: readonly K[], now: number): K | undefined {
  // Where every key is of the future, the clocks of two processes differ: the first of them then signs.
  return keys.findLast((key) => key.signsFrom <= now) ?? keys[0];
}

/** Whether tokens of a key are good; also before it signs, for the clock that made one may be ahead. */
export function verifiesAt(key: KeyTimes, now: number): boolean {
  return key.verifiesUntil === undefined || now < key.verifiesUntil;
}

/** The times of the next key, and what they make of the newest one. The first key signs at once. */
export function scheduleNextKey(
  newest: KeyTimes | undefined,
  now: number,
  options: KeyScheduleOptions,
): { readonly signsFrom: number; readonly retirement: KeyRetirement } {
  const signsFrom = newest ? Math.max(now + options.leadMs, newest.signsFrom + 1) : now;
  return {
    signsFrom,
    retirement: { signsUntil: signsFrom, verifiesUntil: signsFrom + options.maxTokenTtlMs },
  };
}

/** Whether the newest key is so old that its successor should be published. */
export function isDueForRotation(newest: KeyTimes, now: number, maxAgeMs: number, leadMs: number): boolean {
  return now >= newest.signsFrom + maxAgeMs - leadMs;
}
