import { dataOf, type StreamedEvent } from './event-reader.ts';

/** A change of the map as the one reader took it down who read all of it. */
type Change = { readonly offset: number; readonly bytes: number };
/** Lists of seats are of distances: the first from 0, each other from the one before. */
type Delta = {
  readonly from: number;
  readonly version: number;
  readonly free: readonly number[];
  readonly held: readonly number[];
  readonly sold: readonly number[];
};

/** Of an id `epoch.offset`. */
function offsetOf(id: string): number {
  return Number(id.slice(id.lastIndexOf('.') + 1));
}

function seatsAt(distances: readonly number[]): number[] {
  let seatNo = 0;
  return distances.map((distance) => (seatNo += distance));
}

/** How the map of a performance stood at a version: a character for each seat. */
export type SeatPicture = { readonly version: number; readonly state: string };

/** A seat that somebody was told to hold, and when, on the clock that all processes share. */
export type SeatMark = { readonly seatNo: number; readonly atMs: number };

/**
 * One stream of a seat map reads every change and keeps the map by them; of all others it is enough to know which
 * changes came, of what size and when. At the end the map must be the server's, and everybody must have had the
 * same changes in the same order.
 */
export class SeatReference {
  readonly changes: Change[] = [];
  readonly #codes: string[];
  readonly #heldIn = new Map<number, number>();
  #version: number;
  fault: string | undefined;

  constructor(begin: SeatPicture) {
    this.#codes = begin.state.split('');
    this.#version = begin.version;
  }

  get version(): number {
    return this.#version;
  }

  take({ text = '', bytes }: StreamedEvent, id: string, name: string): void {
    if (name !== 'delta') return this.#complain(`it was told ${name}`);
    const delta = dataOf(text) as Delta;
    if (delta.from > this.#version) this.#complain(`a gap from ${this.#version} to ${delta.from}`);
    for (const seatNo of seatsAt(delta.free)) this.#codes[seatNo] = '0';
    for (const seatNo of seatsAt(delta.held)) {
      this.#codes[seatNo] = '1';
      if (!this.#heldIn.has(seatNo)) this.#heldIn.set(seatNo, this.changes.length);
    }
    for (const seatNo of seatsAt(delta.sold)) this.#codes[seatNo] = '2';
    this.#version = delta.version;
    this.changes.push({ offset: offsetOf(id), bytes });
  }

  /** The number of the change in which a seat was first held. */
  changeOf(seatNo: number): number | undefined {
    return this.#heldIn.get(seatNo);
  }

  /** What it has wrong when the map should look like this. */
  compare({ version, state }: SeatPicture): string | undefined {
    if (this.fault !== undefined) return this.fault;
    if (version !== this.#version) return `the map is at ${version}, the stream at ${this.#version}`;
    return this.#codes.join('') === state
      ? undefined
      : 'the map that the changes make is not that of the server';
  }

  #complain(fault: string): void {
    this.fault ??= fault;
  }
}

/** What one stream of a seat map was told, and when. */
export class SeatViewer {
  readonly #reference: SeatReference;
  readonly #offsets: number[] = [];
  readonly #bytes: number[] = [];
  readonly #times: number[] = [];
  fault: string | undefined;

  constructor(reference: SeatReference) {
    this.#reference = reference;
  }

  get events(): number {
    return this.#offsets.length;
  }

  take(event: StreamedEvent, id: string, name: string, atMs: number): void {
    if (name !== 'delta') this.fault ??= `it was told ${name}`;
    this.#offsets.push(offsetOf(id));
    this.#bytes.push(event.bytes);
    this.#times.push(atMs);
  }

  /** What is wrong with what it was told: every change once, in order. */
  check(): string | undefined {
    if (this.fault !== undefined) return this.fault;
    const { changes } = this.#reference;
    const wrong = changes.findIndex(
      ({ offset, bytes }, no) => this.#offsets[no] !== offset || this.#bytes[no] !== bytes,
    );
    if (wrong >= 0)
      return `change ${wrong} is ${changes[wrong]?.offset}, it was told ${this.#offsets[wrong]}`;
    if (this.#offsets.length === changes.length) return undefined;
    return `it was told ${this.#offsets.length} changes of ${changes.length}`;
  }

  /** When it was told the change of this number. */
  timeOf(changeNo: number): number | undefined {
    return this.#times[changeNo];
  }
}
