import { type Cancel, type Clock, every } from '../../kernel/clock.ts';
import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import type {
  GrowingDelay,
  GrowingDelayOptions,
  Limits,
  RateLimit,
  RateOptions,
  UnderWayLimit,
  UnderWayOptions,
} from '../../platform/limits/limits.ts';
import { CountedUnderWay, createGrowingDelay, createRateLimit } from '../memory/limits.ts';
import { type Redis, redisScript } from './redis.ts';

export type RedisLimitsOptions = {
  readonly redis: Redis;
  readonly clock: Clock;
  /** Hears that something could not be shared; it is tried again. */
  readonly onError: (error: unknown) => void;
};

const SHARE_MS = 1_000;
/** A key tells the others once it has taken this part of its burst, or has not caught up after a second. */
const SHARED_PART = 0.1;
/** Keys that have something to share; beyond it this instance alone limits them. */
const PENDING_MAX = 50_000;
const UNDER_WAY_MAX = 1_000;

/** ARGV: how many are taken, and the ms of each. @returns in how many ms the key has caught up */
const RATE = redisScript(`
  local time = redis.call('TIME')
  local now = time[1] * 1000 + time[2] / 1000
  local at = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + ARGV[1] * ARGV[2]
  if at <= now then
    redis.call('DEL', KEYS[1])
    return 0
  end
  redis.call('SET', KEYS[1], string.format('%.3f', at), 'PX', math.ceil(at - now))
  return math.ceil(at - now)
`);

/** ARGV: attempts to count, those that are free, ms of the first delay and at most, ms after which a key starts afresh. @returns attempts, and in how many ms the next one is granted */
const DELAY = redisScript(`
  local time = redis.call('TIME')
  local now = time[1] * 1000 + time[2] / 1000
  local known = redis.call('HMGET', KEYS[1], 'count', 'next')
  local count, next = tonumber(known[1] or 0), tonumber(known[2] or 0)
  local more, free = tonumber(ARGV[1]), tonumber(ARGV[2])
  if more > 0 then
    count = count + more
    next = now
    if count >= free then next = now + math.min(ARGV[3] * 2 ^ math.min(count - free, 40), tonumber(ARGV[4])) end
    redis.call('HSET', KEYS[1], 'count', count, 'next', string.format('%.3f', next))
    redis.call('PEXPIRE', KEYS[1], ARGV[5])
  end
  return {count, math.max(0, math.ceil(next - now))}
`);

/**
 * Limits that the instances of one system share. Each decides at once from what it knows, and tells Redis afterwards:
 * what two of them granted at the same time is a debt that the key pays before it gets more, so that over time the
 * limit is exact. A key that takes little costs no call. While Redis is away each instance limits alone, so that a key
 * may have its limit at each of them, and never none at all. What is under way is bounded by each instance for itself.
 */
export class RedisLimits implements Limits {
  readonly lifecycle: Lifecycle;
  readonly #options: RedisLimitsOptions;
  readonly #shares: Share[] = [];

  constructor(options: RedisLimitsOptions) {
    this.#options = options;
    const { clock, onError } = options;
    let cancel: Cancel = () => undefined;
    this.lifecycle = createLifecycle('limits', {
      start: () => {
        const shareAll = () => {
          for (const share of this.#shares) share.all();
        };
        cancel = every(clock, SHARE_MS, shareAll, onError, { unref: true });
      },
      stop: () => cancel(),
    });
  }

  rate(options: RateOptions): RateLimit {
    const { redis, clock } = this.#options;
    const { name, perMinute, burst = perMinute } = options;
    const own = createRateLimit(clock, options);
    const intervalMs = 60_000 / perMinute;
    const share = this.#share({
      from: Math.max(1, Math.floor(burst * SHARED_PART)),
      isWorthIt: (key) => own.aheadMs(key) > 0,
      async send(key, count) {
        const args = [String(count), String(intervalMs)];
        const aheadMs = await redis.run(RATE, { tag: `limit:${name}:${key}`, names: ['rate'] }, args);
        own.learn(key, Number(aheadMs) + share.pending(key) * intervalMs);
      },
    });
    return {
      take(key) {
        const waitMs = own.take(key);
        if (waitMs === 0) share.count(key, 1);
        return waitMs;
      },
      giveBack(key) {
        own.giveBack(key);
        share.count(key, -1);
      },
    };
  }

  growingDelay(options: GrowingDelayOptions): GrowingDelay {
    const { redis, clock } = this.#options;
    const { name, free, firstDelayMs, delayMsMax, keptMs } = options;
    const own = createGrowingDelay(clock, options);
    const keysOf = (key: string) => ({ tag: `limit:${name}:${key}`, names: ['delay'] });
    const about = [free, firstDelayMs, delayMsMax, keptMs].map(String);
    const share = this.#share({
      from: 1,
      isWorthIt: () => true,
      async send(key, count) {
        const [attempts, waitMs] = (await redis.run(DELAY, keysOf(key), [String(count), ...about])) as [
          number,
          number,
        ];
        // What was tried meanwhile is shared next.
        if (share.pending(key) === 0) own.learn(key, attempts, waitMs);
      },
    });
    return {
      take(key) {
        const waitMs = own.take(key);
        // Who has to wait may have been right at another instance since.
        share.count(key, waitMs === 0 ? 1 : 0);
        return waitMs;
      },
      clear: (key) => {
        own.clear(key);
        share.forget(key);
        redis.command(keysOf(key).tag, 'delay', ['DEL']).catch(this.#options.onError);
      },
    };
  }

  underWay(options: UnderWayOptions): UnderWayLimit {
    return new CountedUnderWay(options);
  }

  #share(work: ShareWork): Share {
    const share = new Share(work, this.#options);
    this.#shares.push(share);
    return share;
  }
}

type ShareWork = {
  /** What a key has to share before it is sent at once. */
  readonly from: number;
  /** Whether it is still worth to be sent after a while. */
  isWorthIt(key: string): boolean;
  send(key: string, count: number): Promise<void>;
};

/** What this instance has not told the others yet, by key. One call a key is under way at a time. */
class Share {
  readonly #work: ShareWork;
  readonly #options: Pick<RedisLimitsOptions, 'clock' | 'onError'>;
  readonly #pending = new Map<string, number>();
  readonly #underWay = new Set<string>();
  #restsUntil = 0;

  constructor(work: ShareWork, options: Pick<RedisLimitsOptions, 'clock' | 'onError'>) {
    this.#work = work;
    this.#options = options;
  }

  pending(key: string): number {
    return this.#pending.get(key) ?? 0;
  }

  count(key: string, count: number): void {
    const before = this.#pending.get(key);
    if (before === undefined && this.#pending.size >= PENDING_MAX) return;
    const pending = (before ?? 0) + count;
    this.#pending.set(key, pending);
    if (Math.abs(pending) >= this.#work.from || count === 0) this.#send(key);
  }

  forget(key: string): void {
    this.#pending.delete(key);
  }

  all(): void {
    for (const key of this.#pending.keys()) {
      if (this.#work.isWorthIt(key)) this.#send(key);
      else this.#pending.delete(key);
    }
  }

  #send(key: string): void {
    if (this.#underWay.has(key) || this.#underWay.size >= UNDER_WAY_MAX) return;
    if (this.#options.clock.now() < this.#restsUntil) return;
    const count = this.pending(key);
    this.#pending.delete(key);
    this.#underWay.add(key);
    void this.#work
      .send(key, count)
      .catch((error: unknown) => {
        this.#restsUntil = this.#options.clock.now() + SHARE_MS;
        if (count !== 0) this.#pending.set(key, this.pending(key) + count);
        this.#options.onError(error);
      })
      .finally(() => {
        this.#underWay.delete(key);
        if (Math.abs(this.pending(key)) >= this.#work.from) this.#send(key);
      });
  }
}
