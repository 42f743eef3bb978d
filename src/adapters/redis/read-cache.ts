import { type Clock, sleep } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { Random } from '../../kernel/random.ts';
import type { ReadCache, ReadCacheOptions } from '../../platform/cache/read-cache.ts';
import { createMemoryReadCache } from '../memory/read-cache.ts';
import { type KeysOf, type Redis, redisScript } from './redis.ts';

export type RedisReadCacheDeps = {
  readonly redis: Redis;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  /** Hears that Redis could not be asked; values are loaded then. */
  readonly onError: (error: unknown) => void;
};

/** How long the others wait for who loads; longer than the slowest statement would be in vain. */
const LOAD_MS_MAX = 2_000;
const ASK_AGAIN_MS = 20;
/** A load that is older than this is not kept. */
const VERSION_MS = 60_000;
/** Invalidations that Redis has not taken yet; beyond it nothing is asked of it for a time to live. */
const OWED_MAX = 1_000;

/** ARGV: who asks, how long it may load. @returns the value; or the version, where this one is to load it; or nothing, while another loads. */
const TAKE = redisScript(`
  local value = redis.call('GET', KEYS[1])
  if value then return value end
  if not redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then return false end
  return tonumber(redis.call('GET', KEYS[3]) or 0)
`);

/** ARGV: who loaded, the version before, the value or nothing, and its time to live. */
const PUT = redisScript(`
  if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
  redis.call('DEL', KEYS[2])
  if ARGV[3] ~= '' and tonumber(redis.call('GET', KEYS[3]) or 0) == tonumber(ARGV[2]) then
    redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
  end
  return 1
`);

const FORGET = redisScript(`
  redis.call('DEL', KEYS[1], KEYS[2])
  redis.call('INCR', KEYS[3])
  redis.call('PEXPIRE', KEYS[3], ARGV[1])
  return 1
`);

/**
 * The read cache of a process, behind which the instances of a system share what one of them has loaded: of all who lack
 * a value one loads it. Values are plain JSON. While Redis is away each instance loads for itself. A value may be twice
 * its time to live old: once in Redis, and once here.
 */
export function createRedisReadCache<V>(
  options: ReadCacheOptions<V>,
  deps: RedisReadCacheDeps,
): ReadCache<V> {
  const own = createMemoryReadCache(options, deps);
  const shared = new SharedValues(options, deps);
  return {
    get: (key, load) => own.get(key, () => shared.get(key, load)),
    expect: (keys) => own.expect(keys),
    async invalidate(key) {
      void own.invalidate(key);
      await shared.forget(key);
    },
    clear() {
      void own.clear();
      shared.rest();
    },
  };
}

class SharedValues<V> {
  readonly #options: ReadCacheOptions<V>;
  readonly #deps: RedisReadCacheDeps;
  /** Keys whose invalidation Redis has not taken yet. */
  readonly #owed = new Set<string>();
  #restsUntil = 0;

  constructor(options: ReadCacheOptions<V>, deps: RedisReadCacheDeps) {
    this.#options = options;
    this.#deps = deps;
  }

  /** Asks nothing of Redis until what it has by now is gone. */
  rest(): void {
    this.#restsUntil = this.#deps.clock.now() + this.#options.ttlMs;
  }

  /** @returns whether Redis has heard of it; until it has, what it holds of the key is not believed */
  async forget(key: string): Promise<boolean> {
    try {
      await this.#deps.redis.run(FORGET, this.#keysOf(key), [String(VERSION_MS)]);
      this.#owed.delete(key);
      return true;
    } catch (error) {
      if (this.#owed.size < OWED_MAX) this.#owed.add(key);
      else this.rest();
      this.#deps.onError(error);
      return false;
    }
  }

  async get(key: string, load: () => Promise<V | undefined>): Promise<V | undefined> {
    const { clock, ids, onError } = this.#deps;
    if (clock.now() < this.#restsUntil) return load();
    if (this.#owed.has(key) && !(await this.forget(key))) return load();
    const loader = ids.next();
    let found: Buffer | number | undefined;
    try {
      found = await this.#take(key, loader);
    } catch (error) {
      onError(error);
    }
    if (Buffer.isBuffer(found)) return (JSON.parse(found.toString()) as { readonly value?: V }).value;
    if (found === undefined) return load();
    let text = '';
    let ttlMs = 1;
    try {
      const value = await load();
      const keptMs = value === undefined ? this.#options.missingTtlMs : this.#options.ttlMs;
      if (keptMs >= 1) [text, ttlMs] = [JSON.stringify({ value }), keptMs];
      return value;
    } finally {
      // Also after a failure: another may load at once.
      const args = [loader, String(found), text, String(ttlMs)];
      this.#deps.redis.run(PUT, this.#keysOf(key), args).catch(onError);
    }
  }

  /** The value that another has loaded, or the version of one that is to be loaded here; undefined: in vain. */
  async #take(key: string, loader: string): Promise<Buffer | number | undefined> {
    const { redis, clock } = this.#deps;
    const until = clock.now() + LOAD_MS_MAX;
    do {
      const found = await redis.run(TAKE, this.#keysOf(key), [loader, String(LOAD_MS_MAX)]);
      if (Buffer.isBuffer(found) || typeof found === 'number') return found;
      await sleep(clock, ASK_AGAIN_MS);
    } while (clock.now() < until);
    return undefined;
  }

  #keysOf(key: string): KeysOf {
    return { tag: `cache:${this.#options.name}:${key}`, names: ['value', 'loader', 'version'] };
  }
}
