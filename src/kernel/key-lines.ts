/** Who stands in the lines of some keys. `blockedBy` counts the lines in which somebody stands before it. */
export type KeyHolder<H> = {
  firstPlace: KeyPlace<H> | undefined;
  blockedBy: number;
};

/** A holder's place in the line of one key. */
export type KeyPlace<H> = {
  readonly key: string;
  readonly holder: H;
  behind: KeyPlace<H> | undefined;
  /** The holder's place in the line of its next key. */
  sibling: KeyPlace<H> | undefined;
};

/**
 * One line per key, first come, first served. Who is first in all the lines it joined holds all its keys.
 *
 * A holder joins all its lines in one step, so of two that share keys the same one is first in each of them,
 * and no circle of waiting can arise. Only the last place of a line is stored, each place knows the one behind
 * it (as in the queue lock of Craig, Landin and Hagersten): joining and leaving cost O(1) per key whatever
 * the length of the line, and a key without a line costs no memory.
 */
export class KeyLines<H extends KeyHolder<H>> {
  readonly #last = new Map<string, KeyPlace<H>>();

  /** How many keys are held at the moment. */
  get size(): number {
    return this.#last.size;
  }

  /** Joins the line of every key; a key named twice counts once. Returns whether it holds them all. */
  join(holder: H, keys: readonly string[]): boolean {
    let previous: KeyPlace<H> | undefined;
    for (const key of keys) {
      const before = this.#last.get(key);
      if (before?.holder === holder) continue;
      const place: KeyPlace<H> = { key, holder, behind: undefined, sibling: undefined };
      this.#last.set(key, place);
      if (previous === undefined) holder.firstPlace = place;
      else previous.sibling = place;
      previous = place;
      if (before === undefined) continue;
      before.behind = place;
      holder.blockedBy++;
    }
    return holder.blockedBy === 0;
  }

  /** Leaves all lines and hands each one that now holds all its keys to `onFree`, in the order of the keys. */
  leave(holder: H, onFree: (freed: H) => void): void {
    for (let place = holder.firstPlace; place !== undefined; place = place.sibling) {
      const behind = place.behind;
      if (behind === undefined) this.#last.delete(place.key);
      else if (--behind.holder.blockedBy === 0) onFree(behind.holder);
    }
    holder.firstPlace = undefined;
  }
}
