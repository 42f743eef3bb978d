import { dataOf, type StreamedEvent } from './event-reader.ts';

type Entry = {
  readonly number: number;
  readonly status: 'waiting' | 'admitted';
  readonly ahead: number;
  readonly passExpiresAt?: string;
};

/** What one person in a line was told of the own place. Nobody leaves this line but those who are admitted. */
export class PlaceWatcher {
  #last: Entry | undefined;
  #admittedAtMs: number | undefined;
  #events = 0;
  fault: string | undefined;

  get events(): number {
    return this.#events;
  }

  /** When it was told its admission, on the clock of the machine, and until when the pass is good. */
  get admission(): { readonly toldAtMs: number; readonly passExpiresAtMs: number } | undefined {
    const expires = this.#last?.passExpiresAt;
    if (this.#admittedAtMs === undefined || expires === undefined) return undefined;
    return { toldAtMs: this.#admittedAtMs, passExpiresAtMs: Date.parse(expires) };
  }

  take({ text = '' }: StreamedEvent, name: string, wallMs: number): void {
    this.#events++;
    if (name !== 'position' && name !== 'admitted') {
      this.fault ??= `it was told ${name}`;
      return;
    }
    const entry = dataOf(text) as Entry;
    const last = this.#last;
    if (last && entry.number !== last.number) this.fault ??= `number ${last.number} became ${entry.number}`;
    if (last && entry.ahead > last.ahead) this.fault ??= `${last.ahead} ahead became ${entry.ahead}`;
    if (last?.status === 'admitted') this.fault ??= `it was admitted, and then told ${name}`;
    if (entry.status === 'admitted') this.#admittedAtMs = wallMs;
    this.#last = entry;
  }

  /** What is wrong with what it was told last when so many were admitted: the line moves in the order of numbers. */
  check(admittedTotal: number): string | undefined {
    if (this.fault !== undefined) return this.fault;
    if (!this.#last) return 'it was told nothing';
    const { number, status, ahead } = this.#last;
    if (number <= admittedTotal)
      return status === 'admitted' ? undefined : `number ${number} was admitted and not told`;
    const truth = number - 1 - admittedTotal;
    return ahead === truth ? undefined : `number ${number} was told ${ahead} ahead, and has ${truth}`;
  }
}
