import type { Random } from '../../kernel/random.ts';

export type Backoff = { readonly baseMs: number; readonly maxMs: number };

/**
 * How long to wait after the nth failure in a row: a random time up to a bound that doubles. Full jitter,
 * which spreads those who failed together over the whole of the pause (M. Brooker, "Exponential Backoff
 * And Jitter", AWS Architecture Blog, 2015).
 */
export function backoffMs(attempts: number, backoff: Backoff, random: Random): number {
  // The exponent is bounded first: 2 ** 2000 is no number of milliseconds.
  const boundMs = Math.min(backoff.maxMs, backoff.baseMs * 2 ** Math.min(Math.max(0, attempts - 1), 30));
  return random.below(Math.floor(boundMs) + 1);
}
