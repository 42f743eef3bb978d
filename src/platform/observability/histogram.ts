/**
 * Counts values by size. Cumulative only when it is read: observing is one scan over a few bounds and three
 * additions, without allocation, because the hottest routes do it for every request.
 */
export class Histogram {
  readonly #bounds: readonly number[];
  /** One more than bounds: the last counts what exceeds them all. */
  readonly #counts: Float64Array;
  #sum = 0;

  /** @param bounds upper bounds, ascending, inclusive */
  constructor(bounds: readonly number[]) {
    if (bounds.some((bound, index) => index > 0 && bound <= bounds[index - 1]!))
      throw new RangeError('bounds must ascend');
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    let index = 0;
    while (index < this.#bounds.length && value > this.#bounds[index]!) index++;
    this.#counts[index]! += 1;
    this.#sum += value;
  }

  get sum(): number {
    return this.#sum;
  }

  get count(): number {
    return this.#counts.reduce((total, count) => total + count, 0);
  }

  /** How many values were at most each bound, in the order of the bounds. */
  cumulative(): readonly { readonly bound: number; readonly count: number }[] {
    let total = 0;
    return this.#bounds.map((bound, index) => {
      total += this.#counts[index]!;
      return { bound, count: total };
    });
  }
}

/** For durations in seconds, from half a millisecond to ten seconds. */
export const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** For the number of things that go together. */
export const SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];
