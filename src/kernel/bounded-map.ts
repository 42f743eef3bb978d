import type { Clock } from './clock.ts';

type Entry<K, V> = {
  readonly key: K;
  value: V;
  expiresAtMs: number;
  older: Entry<K, V> | undefined;
  newer: Entry<K, V> | undefined;
};

export type BoundedMapOptions = {
  readonly maxEntries: number;
  readonly clock: Clock;
};

/**
 * A map that never holds more than `maxEntries`: at the bound the entry that was longest neither read nor
 * written makes room. Entries may expire; an expired one is never returned, and goes when it is touched.
 *
 * Its own chain through the entries keeps the order. The insertion order of a plain Map would do, but finding
 * its first key walks over the holes of all that were deleted before it.
 */
export class BoundedMap<K, V> {
  readonly #maxEntries: number;
  readonly #clock: Clock;
  readonly #entries = new Map<K, Entry<K, V>>();
  #oldest: Entry<K, V> | undefined;
  #newest: Entry<K, V> | undefined;

  constructor(options: BoundedMapOptions) {
    if (!Number.isInteger(options.maxEntries) || options.maxEntries < 1) {
      throw new RangeError(`maxEntries must be a whole number from 1, not ${options.maxEntries}`);
    }
    this.#maxEntries = options.maxEntries;
    this.#clock = options.clock;
  }

  /** How many entries there are, counting expired ones that nobody has touched since. */
  get size(): number {
    return this.#entries.size;
  }

  /** The live value of `key`, which thereby becomes the most recently used. */
  get(key: K): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.expiresAtMs <= this.#clock.now()) {
      this.#remove(entry);
      return undefined;
    }
    this.#makeNewest(entry);
    return entry.value;
  }

  has(key: K): boolean {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.expiresAtMs > this.#clock.now();
  }

  /** Sets `key` until `expiresAtMs` (epoch, exclusive; without it, until it is displaced). */
  set(key: K, value: V, expiresAtMs: number = Number.POSITIVE_INFINITY): void {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      known.value = value;
      known.expiresAtMs = expiresAtMs;
      this.#makeNewest(known);
      return;
    }
    if (this.#entries.size >= this.#maxEntries && this.#oldest !== undefined) this.#remove(this.#oldest);
    const entry: Entry<K, V> = { key, value, expiresAtMs, older: undefined, newer: undefined };
    this.#entries.set(key, entry);
    this.#append(entry);
  }

  /** Whether there was something to delete. */
  delete(key: K): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#remove(entry);
    return true;
  }

  clear(): void {
    this.#entries.clear();
    this.#oldest = undefined;
    this.#newest = undefined;
  }

  #makeNewest(entry: Entry<K, V>): void {
    if (this.#newest === entry) return;
    this.#unlink(entry);
    this.#append(entry);
  }

  #remove(entry: Entry<K, V>): void {
    this.#entries.delete(entry.key);
    this.#unlink(entry);
  }

  #append(entry: Entry<K, V>): void {
    entry.older = this.#newest;
    entry.newer = undefined;
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
  }

  #unlink(entry: Entry<K, V>): void {
    if (entry.older === undefined) this.#oldest = entry.newer;
    else entry.older.newer = entry.newer;
    if (entry.newer === undefined) this.#newest = entry.older;
    else entry.newer.older = entry.older;
  }
}
