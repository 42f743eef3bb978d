/** The pass of somebody who was inside before a restart. */
export type RestoredPass = {
  readonly admittedAt: number;
  readonly expiresAt: number;
  readonly isPickedUp: boolean;
  /** Now, in the time of presence. */
  readonly seenAt: number;
};

/** Which admissions of a room have been fetched by their owners. */
export class Pickups {
  /** Fetched, which is not on record yet. */
  readonly fetched = new Set<number>();
  /** Not fetched, by since when they can be, in the time of presence; oldest first. */
  readonly #waiting = new Map<number, number>();
  /** Given up, which is being recorded, and when their owners were seen meanwhile (0: not). */
  readonly #lapsing = new Map<number, number>();

  add(number: number, since: number): void {
    this.#waiting.set(number, since);
  }

  delete(number: number): void {
    this.#waiting.delete(number);
    this.fetched.delete(number);
  }

  isLapsing(number: number): boolean {
    return this.#lapsing.has(number);
  }

  /** The owner of an admission is there. */
  seen(number: number, seenAt: number): void {
    if (this.#lapsing.has(number)) this.#lapsing.set(number, seenAt);
    else if (this.#waiting.delete(number)) this.fetched.add(number);
  }

  /** Those that can be fetched since `before` or longer. */
  since(before: number): readonly number[] {
    const numbers: number[] = [];
    for (const [number, since] of this.#waiting) {
      if (since > before) break;
      numbers.push(number);
    }
    return numbers;
  }

  beginLapse(numbers: readonly number[]): void {
    for (const number of numbers) this.#lapsing.set(number, 0);
  }

  /** @returns those that were being given up, with when their owners were seen meanwhile */
  endLapse(): readonly (readonly [number: number, seenAt: number])[] {
    const lapsed = [...this.#lapsing];
    this.#lapsing.clear();
    return lapsed;
  }
}
