import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Clock } from '../../kernel/clock.ts';
import { type Ok, ok, type Refusal, refuse } from '../../kernel/result.ts';

export type RateLimiterOptions = {
  readonly clock: Clock;
  /** Requests a minute that a key may make for ever. */
  readonly perMinute: number;
  /** Requests that it may make at once after a rest. Default: those of a minute. */
  readonly burst?: number;
  /** Keys remembered; at the bound the one that was longest silent starts afresh. Default 50,000. */
  readonly maxKeys?: number;
};

export type RateLimiter = {
  /** Takes one request of `key`; the refusal says when the next one will be allowed. */
  take(key: string): Ok<true> | Refusal<'rate_limited'>;
  /** Gives one back that shall not count after all. */
  giveBack(key: string): void;
};

const GRANTED = ok<true>(true);

/**
 * The generic cell rate algorithm (ITU-T I.371, annex A): one number for each key, the moment at which it
 * would have caught up with its rate. Exact in every sliding window, no counters to reset, no timer.
 */
export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const { clock, perMinute, burst = perMinute } = options;
  const intervalMs = 60_000 / perMinute;
  const toleranceMs = intervalMs * (burst - 1);
  const caughtUpAt = new BoundedMap<string, number>({ maxEntries: options.maxKeys ?? 50_000, clock });
  return {
    take(key) {
      const now = clock.now();
      const at = Math.max(caughtUpAt.get(key) ?? now, now);
      if (at - now > toleranceMs) {
        const retryAfterMs = Math.ceil(at - now - toleranceMs);
        return refuse('rate_limited', undefined, { retryAfterMs });
      }
      caughtUpAt.set(key, at + intervalMs, at + intervalMs);
      return GRANTED;
    },
    giveBack(key) {
      const at = caughtUpAt.get(key);
      if (at !== undefined) caughtUpAt.set(key, at - intervalMs, at - intervalMs);
    },
  };
}

/**
 * What counts as one address: an IPv6 network of 64 bits is one customer of a provider, who could use a
 * new address for every request (RFC 6177). Those who went away before they were counted have none
 * (`request.ip` is undefined then, whatever its type says) and count as one.
 */
export function addressKey(address: string | undefined): string {
  if (address === undefined) return 'gone';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1]!;
  if (!address.includes(':')) return address;
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':');
    while (groups.length + after.length < 8) groups.push('0');
    groups.push(...after);
  }
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
