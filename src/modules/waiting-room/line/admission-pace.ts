import type { RoomSettings } from '../model.ts';

/** The length of the windows in which the rate holds. */
export const WINDOW_MS = 1_000;

/**
 * How many may be admitted now. Two things limit the rate:
 * - the log of the last second, exact: no window of one second, both ends included, ever holds more than
 *   `ratePerSecond` admissions, wherever it begins. This is the promise.
 * - a token bucket that holds `burstMs` of the rate, so that the second's share does not come in one burst.
 *   This is comfort for what lies behind the room, and bounds nothing that the log does not.
 *
 * Times are those that are recorded with the admissions; they must not decrease.
 */
export class AdmissionPace {
  readonly #burstMs: number;
  readonly #times: number[] = [];
  readonly #counts: number[] = [];
  #inWindow = 0;
  #tokens = Number.POSITIVE_INFINITY;
  #refilledAt = 0;

  constructor(options: { readonly burstMs: number }) {
    this.#burstMs = options.burstMs;
  }

  /** When somebody was last admitted; 0 before that. */
  get lastAt(): number {
    return this.#times.at(-1) ?? 0;
  }

  /** What rate and concurrency allow at `nowMs`, with `active` passes in use. Changes nothing that counts. */
  allowance(nowMs: number, settings: RoomSettings, active: number): number {
    this.#advance(nowMs, settings.ratePerSecond);
    // A sum of fractions may fall short of the whole number that it stands for.
    const byPace = Math.floor(this.#tokens + 1e-6);
    const byRate = settings.ratePerSecond - this.#inWindow;
    return Math.max(0, Math.min(byPace, byRate, settings.concurrency - active));
  }

  /** Takes note of admissions that are durable. */
  record(atMs: number, count: number): void {
    if (count === 0) return;
    if (atMs < this.lastAt) throw new RangeError(`admission at ${atMs}, before the last at ${this.lastAt}`);
    if (atMs === this.lastAt) this.#counts[this.#counts.length - 1]! += count;
    else {
      this.#times.push(atMs);
      this.#counts.push(count);
    }
    this.#inWindow += count;
    this.#tokens -= count;
  }

  /** When a window that is full has room again (epoch ms); infinite where it is not full, or never has any. */
  nextAt(nowMs: number, ratePerSecond: number): number {
    this.#advance(nowMs, ratePerSecond);
    const oldest = this.#times[0];
    const isFull = ratePerSecond > 0 && this.#inWindow >= ratePerSecond && oldest !== undefined;
    return isFull ? oldest + WINDOW_MS + 1 : Number.POSITIVE_INFINITY;
  }

  #advance(nowMs: number, ratePerSecond: number): void {
    let gone = 0;
    while (gone < this.#times.length - 1 && this.#times[gone]! < nowMs - WINDOW_MS) {
      this.#inWindow -= this.#counts[gone]!;
      gone++;
    }
    if (gone > 0) {
      this.#times.splice(0, gone);
      this.#counts.splice(0, gone);
    }
    this.#forgetLast(nowMs);
    if (ratePerSecond > 0) this.#refill(nowMs, ratePerSecond);
    this.#refilledAt = nowMs;
  }

  #refill(nowMs: number, ratePerSecond: number): void {
    const burst = Math.max(1, Math.ceil((ratePerSecond * this.#burstMs) / WINDOW_MS));
    const refilled = this.#tokens + ((nowMs - this.#refilledAt) * ratePerSecond) / WINDOW_MS;
    this.#tokens = Math.min(burst, refilled);
  }

  /** The last entry stays as the time that none may precede, but no longer counts. */
  #forgetLast(nowMs: number): void {
    if (this.#times.length !== 1 || this.#times[0]! >= nowMs - WINDOW_MS) return;
    this.#inWindow = 0;
    this.#counts[0] = 0;
  }
}
