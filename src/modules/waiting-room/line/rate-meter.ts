const SECONDS = 10;

/** Admissions per second, measured over the last ten seconds. */
export class RateMeter {
  readonly #counts = new Float64Array(SECONDS + 1);
  #second = 0;
  #since = 0;

  record(nowMs: number, count: number): void {
    if (count === 0) return;
    if (this.rate(nowMs) === 0) this.#since = nowMs;
    this.#counts[this.#second % this.#counts.length]! += count;
  }

  /** Zero when nobody was admitted for ten seconds. */
  rate(nowMs: number): number {
    this.#advance(Math.floor(nowMs / 1_000));
    let total = 0;
    for (const count of this.#counts) total += count;
    if (total === 0) return 0;
    // Of the eleven buckets the oldest is only partly in the window and the newest only partly over.
    const elapsedMs = Math.min(nowMs - this.#since, SECONDS * 1_000 + (nowMs % 1_000));
    return (total * 1_000) / Math.max(1_000, elapsedMs);
  }

  #advance(second: number): void {
    const steps = Math.min(second - this.#second, this.#counts.length);
    for (let step = 1; step <= steps; step++) this.#counts[(second - step + 1) % this.#counts.length] = 0;
    if (second > this.#second) this.#second = second;
  }
}
