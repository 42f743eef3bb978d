import type { CrowdView } from './contract.ts';

/** Where somebody of the crowd is, or how they went. */
export type Place = 'waiting' | 'inside' | 'paid' | 'dropped' | 'empty' | 'failed';

type Counts = Record<Place | 'arrived' | 'seats', number>;

/** What becomes of a crowd. */
export class Tally {
  readonly #counts: Counts = {
    arrived: 0,
    waiting: 0,
    inside: 0,
    paid: 0,
    dropped: 0,
    empty: 0,
    failed: 0,
    seats: 0,
  };
  readonly #refusals = new Map<string, number>();

  /** Somebody comes. @returns says where they go from there */
  arrive(): (place: Place | undefined) => void {
    this.#counts.arrived += 1;
    let at: Place | undefined;
    return (place) => {
      if (at !== undefined) this.#counts[at] -= 1;
      if (place !== undefined) this.#counts[place] += 1;
      at = place;
    };
  }

  pay(seats: number): void {
    this.#counts.seats += seats;
  }

  countRefusal(code: string): void {
    this.#refusals.set(code, (this.#refusals.get(code) ?? 0) + 1);
  }

  view(): Counts & Pick<CrowdView, 'refusals'> {
    return { ...this.#counts, refusals: Object.fromEntries(this.#refusals) };
  }
}
