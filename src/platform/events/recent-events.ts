import type { FeedEvent, FeedPage } from './ports.ts';

/**
 * The last stretch of a lane, decoded once and shared by all consumers of the process that keep up.
 * Bounded by the number of its events; who is further behind reads from the storage.
 */
export class RecentEvents {
  readonly #capacity: number;
  #pages: FeedPage[] = [];
  #size = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The offset after which everything up to the end is here; undefined while it is empty. */
  get after(): number | undefined {
    return this.#pages[0]?.after;
  }

  /** Adds the next page; it must begin where the last one ended. */
  push(page: FeedPage): void {
    if (this.#capacity === 0) return;
    const last = this.#pages.at(-1);
    if (last && last.end !== page.after) {
      throw new Error(`a page after ${page.after} does not follow one that ends at ${last.end}`);
    }
    if (last && last.events.length + page.events.length <= MERGED_MAX) {
      // Small pages are merged: a quiet lane must not become a long list of empty ones.
      this.#pages[this.#pages.length - 1] = {
        after: last.after,
        end: page.end,
        events: page.events.length === 0 ? last.events : [...last.events, ...page.events],
      };
    } else {
      this.#pages.push(page);
    }
    this.#size += page.events.length;
    while (this.#size > this.#capacity && this.#pages.length > 1) {
      this.#size -= this.#pages.shift()?.events.length ?? 0;
    }
  }

  clear(): void {
    this.#pages = [];
    this.#size = 0;
  }

  /**
   * What follows `after`, of some types, out of one page: `limit` events, and the rest of those of the last offset.
   * @returns undefined when that is not here (any more, or yet)
   */
  read(after: number, types: ReadonlySet<string>, limit: number): FeedPage | undefined {
    const page = this.#pageBehind(after);
    if (!page) return undefined;
    const events: FeedEvent[] = [];
    for (let index = firstBehind(page.events, after); index < page.events.length; index++) {
      const event = page.events[index]!;
      if (!types.has(event.type)) continue;
      // Never between events of one offset: the next page would begin behind all of them.
      const last = events.at(-1);
      if (last && events.length >= limit && event.offset > last.offset)
        return { after, end: last.offset, events };
      events.push(event);
    }
    return { after, end: page.end, events };
  }

  #pageBehind(offset: number): FeedPage | undefined {
    const first = this.#pages[0];
    if (!first || offset < first.after) return undefined;
    // Readers are near the end nearly always.
    for (let index = this.#pages.length - 1; index >= 0; index--) {
      const page = this.#pages[index]!;
      if (page.after <= offset) return page.end > offset ? page : undefined;
    }
    return undefined;
  }
}

const MERGED_MAX = 256;

/** Index of the first event behind `offset`; binary search, since offsets have gaps. */
function firstBehind(events: readonly FeedEvent[], offset: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (events[middle]!.offset <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
