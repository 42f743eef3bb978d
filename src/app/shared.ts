import { createMemoryFanOut } from '../adapters/memory/fan-out.ts';
import { createMemoryLimits } from '../adapters/memory/limits.ts';
import { createMemoryReadCache } from '../adapters/memory/read-cache.ts';
import { RedisFanOut } from '../adapters/redis/fan-out.ts';
import { RedisLimits } from '../adapters/redis/limits.ts';
import { createRedisReadCache } from '../adapters/redis/read-cache.ts';
import { Redis } from '../adapters/redis/redis.ts';
import type { Config } from '../config/config.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Ids } from '../kernel/ids.ts';
import type { Lifecycle } from '../kernel/lifecycle.ts';
import type { Random } from '../kernel/random.ts';
import type { ReadCache, ReadCacheOptions } from '../platform/cache/read-cache.ts';
import type { Limits } from '../platform/limits/limits.ts';
import type { FanOut } from '../platform/live/fan-out.ts';

/** What the instances of one system share by Redis, and what one alone has in its memory instead. */
export type Shared = {
  readonly redis: Redis | undefined;
  readonly fanOut: FanOut;
  readonly limits: Limits;
  readonly createCache: <V>(options: ReadCacheOptions<V>) => ReadCache<V>;
  readonly lifecycles: readonly Lifecycle[];
};

export type SharedDeps = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly complain: (part: string) => (error: unknown) => void;
  readonly onAnswer: () => void;
};

/** Redis as it is configured; undefined where there is none. */
export function createRedis(
  config: Config,
  { clock, complain, onAnswer }: Pick<SharedDeps, 'clock' | 'complain'> & Partial<SharedDeps>,
): Redis | undefined {
  const { redisUrl, redisCluster, redisPrefix, redisStartWaitMs } = config;
  const isCluster = redisCluster.length > 0;
  if (redisUrl === undefined && !isCluster) return undefined;
  const settings = { urls: isCluster ? redisCluster : [redisUrl!], isCluster, prefix: redisPrefix };
  return new Redis(settings, {
    clock,
    startWaitMs: redisStartWaitMs,
    onError: complain('redis'),
    ...(onAnswer ? { onAnswer } : {}),
  });
}

export function createShared(config: Config, deps: SharedDeps): Shared {
  const { clock, ids, random, complain } = deps;
  const redis = createRedis(config, deps);
  if (redis === undefined)
    return {
      redis,
      fanOut: createMemoryFanOut(),
      limits: createMemoryLimits(clock),
      createCache: (options) => createMemoryReadCache(options, deps),
      lifecycles: [],
    };
  const fanOut = new RedisFanOut({ redis, clock, ids, onError: complain('fan-out') });
  const limits = new RedisLimits({ redis, clock, onError: complain('limits') });
  const caches = { redis, clock, ids, random, onError: complain('read cache') };
  return {
    redis,
    fanOut,
    limits,
    createCache: (options) =>
      options.isShared === true
        ? createRedisReadCache(options, caches)
        : createMemoryReadCache(options, deps),
    lifecycles: [redis.lifecycle, fanOut.lifecycle, limits.lifecycle],
  };
}
