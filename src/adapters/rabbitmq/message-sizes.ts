const KEPT_MAX = 4_096;

/** How many events the last messages of a stream hold; of others one each is assumed. */
export class MessageSizes {
  #sizes: number[] = [];
  /** The number of the first message that is remembered. */
  #first = 0;

  /** Nothing before this message is known. */
  begin(number: number): void {
    this.#sizes = [];
    this.#first = number;
  }

  /** Messages are noted in their order. */
  note(number: number, events: number): void {
    if (number !== this.#first + this.#sizes.length) this.begin(number);
    this.#sizes.push(events);
    if (this.#sizes.length < 2 * KEPT_MAX) return;
    this.#sizes = this.#sizes.slice(-KEPT_MAX);
    this.#first += KEPT_MAX;
  }

  /** Of the messages from `first` to `last`. */
  sum(first: number, last: number): number {
    const unknown = Math.max(0, Math.min(last + 1, this.#first) - first);
    const from = Math.max(0, first - this.#first);
    const known = this.#sizes.slice(from, Math.max(from, last + 1 - this.#first));
    return known.reduce((total, one) => total + one, unknown);
  }
}
