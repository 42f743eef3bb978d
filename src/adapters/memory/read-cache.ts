import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Clock } from '../../kernel/clock.ts';
import { OverloadedFault } from '../../kernel/faults.ts';
import type { Random } from '../../kernel/random.ts';
import type { ReadCache, ReadCacheOptions } from '../../platform/cache/read-cache.ts';

export type MemoryReadCacheDeps = { readonly clock: Clock; readonly random: Random };

/** What part of a time to live may be cut off, so that expiries spread. */
const JITTER = 0.2;
const RETRY_AFTER_MS = 1_000;
/** Keys of which it is known that they exist, about 100 bytes each. */
const KNOWN_MAX = 20_000;

/** The read cache of one process. A remembered value is given out without a promise. */
export function createMemoryReadCache<V>(
  options: ReadCacheOptions<V>,
  { clock, random }: MemoryReadCacheDeps,
): ReadCache<V> {
  const values = new Remembered<V>({ ...options, clock });
  const missing = new BoundedMap<string, true>({ maxEntries: options.maxMissing, clock });
  const known = new BoundedMap<string, true>({ maxEntries: KNOWN_MAX, clock });
  const remember = (key: string, value: V | undefined): void => {
    if (value === undefined) {
      // What is missing may come to be at any time: it is never given out stale.
      missing.set(key, true, clock.now() + options.missingTtlMs);
      known.delete(key);
      values.delete(key);
      return;
    }
    known.set(key, true);
    missing.delete(key);
    values.set(key, value, clock.now() + options.ttlMs * (1 - JITTER * random.float()));
  };
  const loads = new Loads<V>(options, { isKnown: (key) => known.has(key), remember });
  return {
    get(key, load) {
      const entry = values.get(key);
      if (entry === undefined) {
        if (missing.has(key)) {
          options.observe?.('hit');
          return undefined;
        }
        const joined = loads.of(key);
        options.observe?.(joined ? 'joined' : 'miss');
        return joined ?? loads.start(key, load);
      }
      const isStale = clock.now() >= entry.freshUntilMs;
      options.observe?.(isStale ? 'stale' : 'hit');
      // A failure to renew shows when the value is too old to be given out.
      if (isStale && !loads.of(key)) loads.start(key, load).catch(() => undefined);
      return entry.value;
    },
    expect(keys) {
      for (const key of keys) known.set(key, true);
    },
    invalidate(key) {
      values.delete(key);
      missing.delete(key);
      loads.forget(key);
    },
    clear() {
      values.clear();
      missing.clear();
      loads.forgetAll();
    },
  };
}

type Loading<V> = {
  isKnown(key: string): boolean;
  remember(key: string, value: V | undefined): void;
};

/** What is being loaded: one load for a key at a time, so many of known keys and so many guesses. */
class Loads<V> {
  readonly #options: Pick<ReadCacheOptions<V>, 'name' | 'maxLoads' | 'maxGuesses'>;
  readonly #around: Loading<V>;
  // A load that an invalidation took out of here ends for those who wait, and is not remembered.
  readonly #byKey = new Map<string, Promise<V | undefined>>();
  readonly #underWay = { loads: 0, guesses: 0 };

  constructor(options: Pick<ReadCacheOptions<V>, 'name' | 'maxLoads' | 'maxGuesses'>, around: Loading<V>) {
    this.#options = options;
    this.#around = around;
  }

  of(key: string): Promise<V | undefined> | undefined {
    return this.#byKey.get(key);
  }

  forget(key: string): void {
    this.#byKey.delete(key);
  }

  forgetAll(): void {
    this.#byKey.clear();
  }

  start(key: string, load: () => Promise<V | undefined>): Promise<V | undefined> {
    const { name, maxLoads, maxGuesses } = this.#options;
    const [kind, max] = this.#around.isKnown(key)
      ? (['loads', maxLoads] as const)
      : (['guesses', maxGuesses] as const);
    if (this.#underWay[kind] >= max) {
      const message = `cache ${name}: ${max} ${kind} are under way`;
      return Promise.reject(new OverloadedFault(message, { retryAfterMs: RETRY_AFTER_MS }));
    }
    const { promise, resolve, reject } = Promise.withResolvers<V | undefined>();
    const settle = async (): Promise<void> => {
      try {
        const value = await load();
        if (this.#byKey.get(key) === promise) this.#around.remember(key, value);
        resolve(value);
      } catch (error) {
        reject(error);
      } finally {
        this.#underWay[kind] -= 1;
        if (this.#byKey.get(key) === promise) this.#byKey.delete(key);
      }
    };
    this.#underWay[kind] += 1;
    this.#byKey.set(key, promise);
    void settle();
    return promise;
  }
}

type Entry<V> = { readonly value: V; readonly freshUntilMs: number };

type RememberedOptions<V> = {
  readonly clock: Clock;
  readonly maxEntries: number;
  readonly staleMs: number;
  readonly keeps?: (value: V) => boolean;
};

/**
 * The values of a read cache. Those that are to be kept stand apart, where no other displaces them; at their bound those
 * go that need not be kept any more, and what then finds no room is remembered like any other.
 */
class Remembered<V> {
  readonly #options: RememberedOptions<V>;
  readonly #kept = new Map<string, Entry<V>>();
  readonly #others: BoundedMap<string, Entry<V>>;

  constructor(options: RememberedOptions<V>) {
    this.#options = options;
    this.#others = new BoundedMap(options);
  }

  get(key: string): Entry<V> | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return this.#others.get(key);
    return this.#options.clock.now() < kept.freshUntilMs + this.#options.staleMs ? kept : undefined;
  }

  set(key: string, value: V, freshUntilMs: number): void {
    this.delete(key);
    const entry = { value, freshUntilMs };
    if (this.#options.keeps?.(value) === true && this.#hasRoom()) this.#kept.set(key, entry);
    else this.#others.set(key, entry, freshUntilMs + this.#options.staleMs);
  }

  delete(key: string): void {
    this.#kept.delete(key);
    this.#others.delete(key);
  }

  clear(): void {
    this.#kept.clear();
    this.#others.clear();
  }

  #hasRoom(): boolean {
    const { maxEntries, keeps } = this.#options;
    if (this.#kept.size < maxEntries) return true;
    for (const [key, { value }] of this.#kept) {
      if (keeps?.(value) !== true) this.#kept.delete(key);
    }
    return this.#kept.size < maxEntries;
  }
}
