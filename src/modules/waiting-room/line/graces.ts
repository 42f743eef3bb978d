import { DeadlineHeap } from '../../../kernel/deadline-heap.ts';

/**
 * How long those who were passed over have been so, in one room. Measured in a time of its own, which stands still
 * while nobody is admitted.
 */
export class Graces {
  readonly #begun = new DeadlineHeap();
  #now = 0;
  #steppedAt = 0;
  #isRunning = false;

  /** A step at a moment of the time of presence; whether the time of grace runs from here on. */
  step(presentAt: number, isRunning: boolean): void {
    if (this.#isRunning) this.#now += presentAt - this.#steppedAt;
    this.#steppedAt = presentAt;
    this.#isRunning = isRunning;
  }

  /** @returns when the grace of this number began, to be told when asked for it */
  begin(number: number): number {
    this.#begun.add(number, this.#now);
    return this.#now;
  }

  /** Whose grace is over; they are named again until they end. `begunAt`: undefined for who is back. */
  over(graceMs: number, begunAt: (number: number) => number | undefined): readonly number[] {
    const over = new Map<number, number>();
    while (this.#begun.firstAt + graceMs <= this.#now) {
      const number = this.#begun.take();
      const at = begunAt(number);
      // Who came back and was passed over again stands here twice.
      if (at !== undefined && at + graceMs <= this.#now) over.set(number, at);
    }
    for (const [number, at] of over) this.#begun.add(number, at);
    return [...over.keys()];
  }
}
