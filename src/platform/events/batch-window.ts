/**
 * How many events a consumer is given at once. A stretch that fails is halved until the event that fails
 * stands alone, or with those of its offset: what stands before it takes effect, and only that is repeated.
 */
export class BatchWindow {
  readonly #max: number;
  #size: number;
  /** Up to here events are suspected: the end of the stretch that failed first. */
  #suspectEnd = 0;

  constructor(max: number) {
    this.#max = max;
    this.#size = max;
  }

  get size(): number {
    return this.#size;
  }

  /** @returns true when there is something left to halve: try again at once */
  narrow(count: number, end: number): boolean {
    this.#suspectEnd = Math.max(this.#suspectEnd, end);
    if (count <= 1) return false;
    // Not of `count` alone: events of one offset come together, more than were asked for.
    this.#size = Math.ceil(Math.min(count, this.#size) / 2);
    return true;
  }

  /** A stretch up to `end` took effect. */
  passed(end: number): void {
    if (end >= this.#suspectEnd) this.#size = this.#max;
  }
}
