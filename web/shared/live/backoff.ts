const FIRST_MS = 500;
const LONGEST_MS = 20_000;

/**
 * How long to wait before the next attempt: growing, and anywhere between none and all of it, so that a crowd that was
 * cut off together does not come back together ("full jitter").
 *
 * @param chance from 0 to 1
 */
export function backoffMs(attempt: number, chance: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10)) * (0.25 + 0.75 * chance);
}
