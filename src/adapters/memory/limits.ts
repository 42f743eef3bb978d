import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Clock } from '../../kernel/clock.ts';
import type {
  GrowingDelay,
  GrowingDelayOptions,
  Limits,
  RateLimit,
  RateOptions,
  UnderWayLimit,
  UnderWayOptions,
} from '../../platform/limits/limits.ts';

const KEYS_MAX = 50_000;

/** The limits of one process. */
export function createMemoryLimits(clock: Clock): Limits {
  return {
    rate: (options) => createRateLimit(clock, options),
    growingDelay: (options) => createGrowingDelay(clock, options),
    underWay: (options) => new CountedUnderWay(options),
  };
}

/**
 * The generic cell rate algorithm (ITU-T I.371, annex A): one number for each key, the moment at which it
 * would have caught up with its rate. Exact in every sliding window, no counters to reset, no timer.
 */
function createRateLimit(clock: Clock, { perMinute, burst = perMinute, maxKeys }: RateOptions): RateLimit {
  const intervalMs = 60_000 / perMinute;
  const toleranceMs = intervalMs * (burst - 1);
  const caughtUpAt = new BoundedMap<string, number>({ maxEntries: maxKeys ?? KEYS_MAX, clock });
  return {
    take(key) {
      const now = clock.now();
      const at = Math.max(caughtUpAt.get(key) ?? now, now);
      if (at - now > toleranceMs) return Math.ceil(at - now - toleranceMs);
      caughtUpAt.set(key, at + intervalMs, at + intervalMs);
      return 0;
    },
    giveBack(key) {
      const at = caughtUpAt.get(key);
      if (at !== undefined) caughtUpAt.set(key, at - intervalMs, at - intervalMs);
    },
  };
}

type Failures = { readonly count: number; readonly nextAt: number };

function createGrowingDelay(
  clock: Clock,
  { free, firstDelayMs, delayMsMax, keptMs, maxKeys }: GrowingDelayOptions,
): GrowingDelay {
  const failures = new BoundedMap<string, Failures>({ maxEntries: maxKeys ?? KEYS_MAX, clock });
  return {
    take(key) {
      const now = clock.now();
      const { count, nextAt } = failures.get(key) ?? { count: 0, nextAt: now };
      if (now < nextAt) return nextAt - now;
      const delayMs = count + 1 < free ? 0 : Math.min(firstDelayMs * 2 ** (count + 1 - free), delayMsMax);
      failures.set(key, { count: count + 1, nextAt: now + delayMs }, now + keptMs);
      return 0;
    },
    clear: (key) => void failures.delete(key),
  };
}

/** Bounded by what is under way: a key that has nothing under way takes no memory. */
class CountedUnderWay implements UnderWayLimit {
  readonly #perKey: number;
  readonly #totalMax: number;
  readonly #counts = new Map<string, number>();
  #total = 0;

  constructor({ perKey, total = Number.POSITIVE_INFINITY }: UnderWayOptions) {
    this.#perKey = perKey;
    this.#totalMax = total;
  }

  get total(): number {
    return this.#total;
  }

  enter(key: string | undefined): boolean {
    if (this.#total >= this.#totalMax) return false;
    if (key !== undefined) {
      const count = this.#counts.get(key) ?? 0;
      if (count >= this.#perKey) return false;
      this.#counts.set(key, count + 1);
    }
    this.#total += 1;
    return true;
  }

  leave(key: string | undefined): void {
    this.#total -= 1;
    if (key === undefined) return;
    const count = this.#counts.get(key) ?? 0;
    if (count > 1) this.#counts.set(key, count - 1);
    else this.#counts.delete(key);
  }
}
