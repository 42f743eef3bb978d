import type { Clock } from './clock.ts';

export type BoundedMapOptions = {
  readonly maxEntries: number;
  readonly clock: Clock;
};

/** No slot: the end of a chain. */
const NONE = -1;
const FIRST_SLOTS = 64;

/**
 * A map that never holds more than `maxEntries`: at the bound the entry that was longest neither read nor
 * written makes room. Entries may expire; an expired one is never returned, and goes when it is touched.
 *
 * Its own chain through the entries keeps the order: finding the first key of a plain Map walks over the holes of all
 * that were deleted before it. Chain and times are numbers in parallel arrays, so that a full collection of V8 has fewer
 * objects to look at. Faster and smaller than lru-cache: docs/decisions/012-bounded-map.md.
 */
export class BoundedMap<K, V> {
  readonly #maxEntries: number;
  readonly #clock: Clock;
  readonly #slots = new Map<K, number>();
  /** By slot. The key and value of a free one are undefined. */
  readonly #keys: (K | undefined)[] = [];
  readonly #values: (V | undefined)[] = [];
  #expiresAtMs = new Float64Array(FIRST_SLOTS);
  /** The next older slot; of a free one, the next free one. */
  #older = new Int32Array(FIRST_SLOTS);
  #newer = new Int32Array(FIRST_SLOTS);
  #oldest = NONE;
  #newest = NONE;
  #free = NONE;

  constructor(options: BoundedMapOptions) {
    if (!Number.isInteger(options.maxEntries) || options.maxEntries < 1) {
      throw new RangeError(`maxEntries must be a whole number from 1, not ${options.maxEntries}`);
    }
    this.#maxEntries = options.maxEntries;
    this.#clock = options.clock;
  }

  /** How many entries there are, counting expired ones that nobody has touched since. */
  get size(): number {
    return this.#slots.size;
  }

  /** The live value of `key`, which thereby becomes the most recently used. */
  get(key: K): V | undefined {
    const slot = this.#slots.get(key);
    if (slot === undefined) return undefined;
    if (this.#expiresAtMs[slot]! <= this.#clock.now()) {
      this.#remove(slot);
      return undefined;
    }
    this.#makeNewest(slot);
    return this.#values[slot];
  }

  has(key: K): boolean {
    const slot = this.#slots.get(key);
    return slot !== undefined && this.#expiresAtMs[slot]! > this.#clock.now();
  }

  /** Sets `key` until `expiresAtMs` (epoch, exclusive; without it, until it is displaced). */
  set(key: K, value: V, expiresAtMs: number = Number.POSITIVE_INFINITY): void {
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      if (this.#slots.size >= this.#maxEntries) this.#remove(this.#oldest);
      slot = this.#takeSlot();
      this.#slots.set(key, slot);
      this.#keys[slot] = key;
      this.#append(slot);
    } else {
      this.#makeNewest(slot);
    }
    this.#values[slot] = value;
    this.#expiresAtMs[slot] = expiresAtMs;
  }

  /** Whether there was something to delete. */
  delete(key: K): boolean {
    const slot = this.#slots.get(key);
    if (slot === undefined) return false;
    this.#remove(slot);
    return true;
  }

  clear(): void {
    for (const slot of this.#slots.values()) this.#remove(slot);
  }

  #takeSlot(): number {
    const slot = this.#free;
    if (slot !== NONE) {
      this.#free = this.#older[slot]!;
      return slot;
    }
    const added = this.#keys.length;
    if (added === this.#older.length) this.#grow();
    this.#keys.push(undefined);
    this.#values.push(undefined);
    return added;
  }

  #grow(): void {
    const length = this.#older.length * 2;
    this.#expiresAtMs = copyTo(new Float64Array(length), this.#expiresAtMs);
    this.#older = copyTo(new Int32Array(length), this.#older);
    this.#newer = copyTo(new Int32Array(length), this.#newer);
  }

  #makeNewest(slot: number): void {
    if (this.#newest === slot) return;
    this.#unlink(slot);
    this.#append(slot);
  }

  #remove(slot: number): void {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a slot in use has the key it was taken for
    this.#slots.delete(this.#keys[slot] as K);
    this.#keys[slot] = undefined;
    this.#values[slot] = undefined;
    this.#unlink(slot);
    this.#older[slot] = this.#free;
    this.#free = slot;
  }

  #append(slot: number): void {
    this.#older[slot] = this.#newest;
    this.#newer[slot] = NONE;
    if (this.#newest === NONE) this.#oldest = slot;
    else this.#newer[this.#newest] = slot;
    this.#newest = slot;
  }

  #unlink(slot: number): void {
    const older = this.#older[slot]!;
    const newer = this.#newer[slot]!;
    if (older === NONE) this.#oldest = newer;
    else this.#newer[older] = newer;
    if (newer === NONE) this.#newest = older;
    else this.#older[newer] = older;
  }
}

function copyTo<T extends Float64Array | Int32Array>(bigger: T, old: T): T {
  bigger.set(old);
  return bigger;
}
