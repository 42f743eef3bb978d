import type { Clock } from '../../kernel/clock.ts';
import { createLifecycle, type Lifecycle, repeating } from '../../kernel/lifecycle.ts';
import type { InstanceRegistry } from '../../platform/discovery/registry.ts';
import { type Redis, redisScript } from './redis.ts';

export type RedisRegistryOptions = {
  readonly redis: Redis;
  readonly clock: Clock;
  /** How long an instance that says nothing more is still listed. */
  readonly ttlMs?: number;
  readonly onError: (error: unknown) => void;
};

export type LeaseRegistry = InstanceRegistry & {
  /** Keeps this instance listed while it runs, and takes it off at its end. */
  announce(origin: () => string): Lifecycle;
};

const TTL_MS = 6_000;
const TURNS_PER_TTL = 3;
const KEYS = { tag: 'instances', names: ['api'] } as const;

/** All times are those of Redis, whose clock all instances share. */
const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;
const ANNOUNCE = redisScript(`${NOW}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`);
const LIST = redisScript(`${NOW}
return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')`);

/**
 * Instances by leases in Redis: each says again and again that it is there, and is forgotten when it does not. A Redis
 * that was emptied knows them again after a third of that time; meanwhile, and while it is away, the last list stands.
 */
export function createRedisRegistry(options: RedisRegistryOptions): LeaseRegistry {
  const { redis, clock, ttlMs = TTL_MS, onError } = options;
  return {
    async list() {
      const found = (await redis.run(LIST, KEYS, [])) as readonly Buffer[];
      return found.map(String).toSorted();
    },
    announce(origin) {
      const say = async () => void (await redis.run(ANNOUNCE, KEYS, [origin(), String(ttlMs)]));
      const turns = repeating('turns of the instance', say, {
        clock,
        everyMs: ttlMs / TURNS_PER_TTL,
        onError,
        unref: true,
      });
      return createLifecycle('instance', {
        async start() {
          await say().catch(onError);
          await turns.start();
        },
        async stop() {
          await turns.stop();
          await redis.command(KEYS.tag, KEYS.names[0], ['ZREM', origin()]).catch(onError);
        },
      });
    },
  };
}
