/**
 * Looks for the highest rate that is sustained, by halving: between the highest that was sustained and the lowest
 * that was not. Where nothing was sustained yet it goes down, by half each time.
 */
export class RateSearch {
  #sustained = 0;
  #tooMuch: number;
  #steps: number;

  /** @param ceiling a rate that cannot be sustained */
  constructor(ceiling: number, steps: number) {
    this.#tooMuch = ceiling;
    this.#steps = steps;
  }

  /** The highest rate known to be sustained; 0 while there is none. */
  get best(): number {
    return this.#sustained;
  }

  /** The lowest rate known to be too much, at first the ceiling. */
  get tooMuch(): number {
    return this.#tooMuch;
  }

  /** The next rate to try; undefined when enough were tried. */
  next(): number | undefined {
    if (this.#steps <= 0) return undefined;
    return Math.round((this.#sustained + this.#tooMuch) / 2);
  }

  note(rate: number, sustained: boolean): void {
    this.#steps--;
    if (sustained) this.#sustained = Math.max(this.#sustained, rate);
    else this.#tooMuch = Math.min(this.#tooMuch, rate);
  }
}
