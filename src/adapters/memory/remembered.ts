import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Clock } from '../../kernel/clock.ts';

type Entry<V> = { readonly value: V; readonly freshUntilMs: number };

export type RememberedOptions<V> = {
  readonly clock: Clock;
  readonly maxEntries: number;
  readonly staleMs: number;
  readonly keeps?: (value: V) => boolean;
};

/**
 * The values of a read cache. Those that are to be kept stand apart, where no other displaces them; at their bound those
 * go that need not be kept any more, and what then finds no room is remembered like any other.
 */
export class Remembered<V> {
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
