import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Clock } from '../../kernel/clock.ts';
import { OverloadedFault } from '../../kernel/faults.ts';
import type { Random } from '../../kernel/random.ts';
import type { ReadCache, ReadCacheOptions } from '../../platform/cache/read-cache.ts';

export type MemoryReadCacheDeps = { readonly clock: Clock; readonly random: Random };

type Entry<V> = { readonly value: V | undefined; readonly freshUntilMs: number };

/** What part of a time to live may be cut off, so that expiries spread. */
const JITTER = 0.2;
const RETRY_AFTER_MS = 1_000;

/** The read cache of one process. A remembered value is given out without a promise. */
export function createMemoryReadCache<V>(
  options: ReadCacheOptions,
  { clock, random }: MemoryReadCacheDeps,
): ReadCache<V> {
  const entries = new BoundedMap<string, Entry<V>>({ maxEntries: options.maxEntries, clock });
  // A load that an invalidation took out of here ends for those who wait, and is not remembered.
  const loads = new Map<string, Promise<V | undefined>>();

  const remember = (key: string, value: V | undefined): void => {
    const ttlMs = value === undefined ? options.missingTtlMs : options.ttlMs;
    const freshUntilMs = clock.now() + ttlMs * (1 - JITTER * random.float());
    // What is missing may come to be at any time: it is never given out stale.
    const staleMs = value === undefined ? 0 : options.staleMs;
    entries.set(key, { value, freshUntilMs }, freshUntilMs + staleMs);
  };

  const start = (key: string, load: () => Promise<V | undefined>): Promise<V | undefined> => {
    if (loads.size >= options.maxLoads) {
      return Promise.reject(
        new OverloadedFault(`cache ${options.name}: ${loads.size} loads are under way`, {
          retryAfterMs: RETRY_AFTER_MS,
        }),
      );
    }
    const { promise, resolve, reject } = Promise.withResolvers<V | undefined>();
    const settle = async (): Promise<void> => {
      try {
        const value = await load();
        if (loads.get(key) === promise) remember(key, value);
        resolve(value);
      } catch (error) {
        reject(error);
      } finally {
        if (loads.get(key) === promise) loads.delete(key);
      }
    };
    loads.set(key, promise);
    void settle();
    return promise;
  };

  return {
    get(key, load) {
      const entry = entries.get(key);
      if (entry === undefined) {
        const joined = loads.get(key);
        options.observe?.(joined ? 'joined' : 'miss');
        return joined ?? start(key, load);
      }
      const isStale = clock.now() >= entry.freshUntilMs;
      options.observe?.(isStale ? 'stale' : 'hit');
      // A failure to renew shows when the value is too old to be given out.
      if (isStale && !loads.has(key)) start(key, load).catch(() => undefined);
      return entry.value;
    },
    invalidate(key) {
      entries.delete(key);
      loads.delete(key);
    },
    clear() {
      entries.clear();
      loads.clear();
    },
  };
}
