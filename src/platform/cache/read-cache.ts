/**
 * Port: remembers what was loaded, for a time, so that a crowd that asks for the same costs one load.
 *
 * What every adapter promises: one load per key at a time,
 * anyone who asks; a value past its time to live is given out for `staleMs` more while one load renews it;
 * times to live are spread by jitter, so that what was loaded together does not expire together; a value
 * whose load began before an invalidation is not kept; failures are not remembered; bounded. Asking for what does
 * not exist takes neither the place of a value nor the load of a key that is known to exist.
 */
export type ReadCache<V> = {
  /**
   * The value of `key`, at once where it is remembered, else as a promise of `load`. `undefined` is
   * remembered too, for `missingTtlMs`: asking for what does not exist must not reach the store each time.
   * @throws what `load` throws, to all who waited for it
   */
  get(key: string, load: () => Promise<V | undefined>): V | undefined | Promise<V | undefined>;
  /** Says that these exist: their loads do not wait behind guesses. */
  expect(keys: Iterable<string>): void;
  /** Forgets `key`; the next `get` loads. */
  invalidate(key: string): void | Promise<void>;
  /** Forgets everything. */
  clear(): void | Promise<void>;
};

export type ReadCacheOptions<V> = {
  /** For metrics, and where a store is shared, the prefix of keys. */
  readonly name: string;
  /** Values are plain JSON, and what a key stands for is the same in every instance: they may share it. Default: no. */
  readonly isShared?: boolean;
  readonly ttlMs: number;
  readonly staleMs: number;
  readonly missingTtlMs: number;
  readonly maxEntries: number;
  /** Which values are never displaced by others, as many as `maxEntries` again. Default: none. */
  readonly keeps?: (value: V) => boolean;
  /** Keys of which it is remembered that there is nothing. */
  readonly maxMissing: number;
  /** Loads under way at once of keys that are known to exist; one more is refused with an OverloadedFault. */
  readonly maxLoads: number;
  /** The same of all others. */
  readonly maxGuesses: number;
  /** Hears of each `get`, for metrics. */
  readonly observe?: (outcome: CacheOutcome) => void;
};

/** `stale`: answered at once with a value past its time, while it is renewed; `joined`: waited for another's load. */
export type CacheOutcome = 'hit' | 'stale' | 'joined' | 'miss';
