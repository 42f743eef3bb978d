type Bounds = { readonly low: number; readonly high: number };

/**
 * The server's time, from the `Date` of its answers. That header counts whole seconds, so one answer places the
 * difference between the two clocks within a second and the time under way; the intersection of what several answers
 * say soon places it within a few dozen milliseconds (Marzullo, "Maintaining the Time in a Distributed System", 1984).
 * When the answers contradict each other a clock was set, and the newest counts.
 */
export class ServerClock {
  #bounds: Bounds = { low: -Infinity, high: Infinity };
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Epoch ms at the server; this machine's own before the first answer. */
  now(): number {
    return this.#now() + this.#offset();
  }

  /** Learns from an answer. One that a cache keeps says when it was made, not what time it is. */
  observe(headers: Headers, sentAt: number, receivedAt: number): void {
    const date = Date.parse(headers.get('date') ?? '');
    if (Number.isNaN(date) || /immutable/.test(headers.get('cache-control') ?? '')) return;
    const seen = { low: date - receivedAt, high: date + 1000 - sentAt };
    const both = {
      low: Math.max(this.#bounds.low, seen.low),
      high: Math.min(this.#bounds.high, seen.high),
    };
    this.#bounds = both.low <= both.high ? both : seen;
  }

  #offset(): number {
    const { low, high } = this.#bounds;
    return Number.isFinite(low) && Number.isFinite(high) ? (low + high) / 2 : 0;
  }
}

export const serverClock = new ServerClock(() => Date.now());
