/**
 * Looks for the highest rate that is borne, by halving: between the highest that was borne and the lowest
 * that was not. Where nothing was borne yet it goes down, by half each time.
 */
export class RateSearch {
  #borne = 0;
  #tooMuch: number;
  #steps: number;

  /** @param ceiling a rate that cannot be borne */
  constructor(ceiling: number, steps: number) {
    this.#tooMuch = ceiling;
    this.#steps = steps;
  }

  /** The highest rate known to be borne; 0 while there is none. */
  get best(): number {
    return this.#borne;
  }

  /** The lowest rate known to be too much, at first the ceiling. */
  get tooMuch(): number {
    return this.#tooMuch;
  }

  /** The next rate to try; undefined when enough were tried. */
  next(): number | undefined {
    if (this.#steps <= 0) return undefined;
    return Math.round((this.#borne + this.#tooMuch) / 2);
  }

  note(rate: number, borne: boolean): void {
    this.#steps--;
    if (borne) this.#borne = Math.max(this.#borne, rate);
    else this.#tooMuch = Math.min(this.#tooMuch, rate);
  }
}
