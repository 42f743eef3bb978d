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

/** A limit that is also told what others know of a key. */
type LearningRateLimit = RateLimit & {
  /** How long from now on a key will have caught up with its rate. */
  aheadMs(key: string): number;
  /** The key has caught up so late at the earliest. */
  learn(key: string, aheadMs: number): void;
};

type LearningGrowingDelay = GrowingDelay & {
  /** So many attempts in a row have failed, and the next one waits so long. */
  learn(key: string, count: number, waitMs: number): void;
};

/**
 * The generic cell rate algorithm (ITU-T I.371, annex A): one number for each key, the moment at which it
 * would have caught up with its rate. Exact in every sliding window, no counters to reset, no timer.
 */
export function createRateLimit(
  clock: Clock,
  { perMinute, burst = perMinute, maxKeys }: RateOptions,
): LearningRateLimit {
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
    aheadMs: (key) => Math.max((caughtUpAt.get(key) ?? 0) - clock.now(), 0),
    learn(key, aheadMs) {
      const at = clock.now() + aheadMs;
      if (at > (caughtUpAt.get(key) ?? 0)) caughtUpAt.set(key, at, at);
    },
  };
}

type Failures = { readonly count: number; readonly nextAt: number };

export function createGrowingDelay(
  clock: Clock,
  { free, firstDelayMs, delayMsMax, keptMs, maxKeys }: GrowingDelayOptions,
): LearningGrowingDelay {
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
    learn(key, count, waitMs) {
      const now = clock.now();
      if (count === 0) failures.delete(key);
      else failures.set(key, { count, nextAt: now + waitMs }, now + keptMs);
    },
  };
}

/** Bounded by what is under way: a key that has nothing under way takes no memory. */
export class CountedUnderWay implements UnderWayLimit {
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
