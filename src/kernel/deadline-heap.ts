/**
 * Numbers by their deadlines: a binary heap (J. Williams, "Algorithm 232: Heapsort", 1964) in two flat arrays.
 * Nothing is taken out of its middle: what is no longer of interest stays until its time comes or the heap is
 * begun again.
 */
export class DeadlineHeap {
  readonly #times: number[] = [];
  readonly #numbers: number[] = [];

  get size(): number {
    return this.#times.length;
  }

  /** The earliest deadline, or infinity. */
  get firstAt(): number {
    return this.#times[0] ?? Number.POSITIVE_INFINITY;
  }

  add(number: number, atMs: number): void {
    let place = this.#times.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#times[parent]! <= atMs) break;
      this.#move(parent, place);
      place = parent;
    }
    this.#times[place] = atMs;
    this.#numbers[place] = number;
  }

  /** Takes out the number with the earliest deadline; 0 when empty. */
  take(): number {
    const first = this.#numbers[0];
    if (first === undefined) return 0;
    const lastTime = this.#times.pop()!;
    const lastNumber = this.#numbers.pop()!;
    if (this.#times.length > 0) this.#sink(lastNumber, lastTime);
    return first;
  }

  /** Starts again with these. */
  reset(entries: Iterable<readonly [number: number, atMs: number]>): void {
    this.#times.length = 0;
    this.#numbers.length = 0;
    for (const [number, atMs] of entries) this.add(number, atMs);
  }

  #sink(number: number, atMs: number): void {
    const size = this.#times.length;
    let place = 0;
    for (;;) {
      let child = place * 2 + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#times[child + 1]! < this.#times[child]!) child++;
      if (this.#times[child]! >= atMs) break;
      this.#move(child, place);
      place = child;
    }
    this.#times[place] = atMs;
    this.#numbers[place] = number;
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from]!;
    this.#numbers[to] = this.#numbers[from]!;
  }
}
