import type { Answer } from '../../shared/api/call.ts';

/** As the API writes them, one character per seat. */
export const FREE = 0;
export const HELD = 1;
export const SOLD = 2;

/**
 * What the stream says changed: the state at `version` of every seat that changed after `from`. Seats ascend, and
 * each is told by its distance from the one before, the first by that from 0.
 */
export type SeatDelta = {
  readonly from: number;
  readonly version: number;
  readonly free: readonly number[];
  readonly held: readonly number[];
  readonly sold: readonly number[];
  readonly remaining: Readonly<Record<string, number>>;
};

/**
 * The state of all seats as this page knows it. It changes in place, ten times a second in a rush: who draws it asks
 * again after each change, and nothing is copied.
 */
export class SeatState {
  readonly statuses: Uint8Array;
  #version = -1;
  #remaining: Readonly<Record<string, number>> = {};
  readonly #listeners = new Set<(changed: readonly number[]) => void>();

  constructor(capacity: number) {
    this.statuses = new Uint8Array(capacity);
  }

  /** What deltas continue from. */
  get version(): number {
    return this.#version;
  }

  /** Free seats by grade. */
  get remaining(): Readonly<Record<string, number>> {
    return this.#remaining;
  }

  isFree(seatNo: number): boolean {
    return this.statuses[seatNo] === FREE;
  }

  countFree(first: number, end: number): number {
    let count = 0;
    for (let no = first; no < end; no++) count += this.statuses[no] === FREE ? 1 : 0;
    return count;
  }

  /** Takes a whole picture; an older one than what is known is left. */
  take({ state, version, remaining }: Pick<Answer<'getSeats'>, 'state' | 'version' | 'remaining'>): void {
    if (version < this.#version) return;
    const changed: number[] = [];
    for (let no = 0; no < this.statuses.length; no++) {
      const status = state.charCodeAt(no) - 48;
      if (this.statuses[no] === status) continue;
      this.statuses[no] = status;
      changed.push(no);
    }
    this.#settle(version, remaining, changed);
  }

  /**
   * Takes a change.
   * @returns false where something between was missed: then a whole picture is needed
   */
  apply(delta: SeatDelta): boolean {
    if (delta.from > this.#version) return false;
    if (delta.version <= this.#version) return true;
    const changed = [
      ...this.#put(delta.free, FREE),
      ...this.#put(delta.held, HELD),
      ...this.#put(delta.sold, SOLD),
    ];
    this.#settle(delta.version, delta.remaining, changed);
    return true;
  }

  /** @returns stops the listening */
  listen(listener: (changed: readonly number[]) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #put(distances: readonly number[], status: number): readonly number[] {
    let no = 0;
    return distances.map((distance) => {
      no += distance;
      this.statuses[no] = status;
      return no;
    });
  }

  #settle(version: number, remaining: Readonly<Record<string, number>>, changed: readonly number[]): void {
    this.#version = version;
    this.#remaining = remaining;
    for (const listener of this.#listeners) listener(changed);
  }
}
