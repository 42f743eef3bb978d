import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Clock } from '../../kernel/clock.ts';
import { ok, type Result, refuse } from '../../kernel/result.ts';

export type GrowingDelays = {
  /** Counts an attempt as failed until `clear`, so that attempts at once all count. */
  take(key: string): Result<true, 'rate_limited'>;
  /** The attempt was right after all: the key starts afresh. */
  clear(key: string): void;
};

/** Mistakes that anybody may make in a row. */
const FREE = 5;
const FIRST_DELAY_MS = 1_000;
const DELAY_MS_MAX = 15 * 60_000;
/** After so long without an attempt the failures are forgotten. */
const KEPT_MS = 60 * 60_000;
const KEYS_MAX = 100_000;

type Failures = { readonly count: number; readonly nextAt: number };

/**
 * After some failures in a row a key waits before each further attempt, twice as long every time, up to a quarter of
 * an hour: enough for a person who tries to remember, and four guesses an hour for who guesses. At the bound of keys
 * the one that was longest silent starts afresh.
 */
export function createGrowingDelays(clock: Clock): GrowingDelays {
  const failures = new BoundedMap<string, Failures>({ maxEntries: KEYS_MAX, clock });
  return {
    take(key) {
      const now = clock.now();
      const { count, nextAt } = failures.get(key) ?? { count: 0, nextAt: now };
      if (now < nextAt) return refuse('rate_limited', undefined, { retryAfterMs: nextAt - now });
      const delayMs = count + 1 < FREE ? 0 : Math.min(FIRST_DELAY_MS * 2 ** (count + 1 - FREE), DELAY_MS_MAX);
      failures.set(key, { count: count + 1, nextAt: now + delayMs }, now + KEPT_MS);
      return ok(true);
    },
    clear: (key) => void failures.delete(key),
  };
}
