import type { EntryRecords } from './entry-records.ts';

const SLOTS = 1024;

/** Decides on a number whose bucket is due: when to look again (epoch ms, later than now), or 0 for never. */
export type Visit = (number: number) => number;

/**
 * Deadlines of many by buckets of time: a hashed timing wheel (G. Varghese and T. Lauck, "Hashed and
 * Hierarchical Timing Wheels", 1987, scheme 6), whose lists run through the records themselves. Each number is
 * in at most one bucket. A deadline that moves later is not touched: anyone who is looked at too early is put in
 * again, so that a poll costs no bookkeeping and a sweep touches only what may be due.
 */
export class DeadlineWheel {
  readonly #records: EntryRecords;
  readonly #bucketMs: number;
  readonly #heads = new Uint32Array(SLOTS);
  #cursor: number;

  constructor(records: EntryRecords, options: { readonly bucketMs: number; readonly nowMs: number }) {
    this.#records = records;
    this.#bucketMs = options.bucketMs;
    this.#cursor = Math.floor(options.nowMs / options.bucketMs);
  }

  /** Has the number looked at once `deadlineMs` has come. Does nothing for one that is in already. */
  add(number: number, deadlineMs: number): void {
    if (this.#records.isLinked(number)) return;
    const wanted = Math.floor(deadlineMs / this.#bucketMs);
    // Beyond the horizon: at its end it is looked at, found too early, and put in again.
    const bucket = Math.min(Math.max(wanted, this.#cursor), this.#cursor + SLOTS - 1);
    const slot = bucket % SLOTS;
    this.#records.link(number, this.#heads[slot]!);
    this.#heads[slot] = number;
  }

  /** Looks at every number whose bucket has come; those in the bucket of this moment, at every call. */
  advance(nowMs: number, visit: Visit): void {
    const last = Math.floor(nowMs / this.#bucketMs);
    // After a gap longer than the wheel each slot is visited once.
    if (last - this.#cursor >= SLOTS) this.#cursor = last - SLOTS + 1;
    while (this.#cursor <= last) {
      const slot = this.#cursor % SLOTS;
      let number = this.#heads[slot]!;
      this.#heads[slot] = 0;
      // What is put in again must come to stand behind the bucket that is being emptied, or in this last one.
      if (this.#cursor < last) this.#cursor++;
      while (number !== 0) {
        const next = this.#records.unlink(number);
        const againMs = visit(number);
        if (againMs > 0) this.add(number, againMs);
        number = next;
      }
      if (slot === last % SLOTS) return;
    }
  }
}
