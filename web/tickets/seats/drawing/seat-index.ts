import type { Bounds, SeatLayout } from '../layout.ts';

/** Wide enough that a cell holds a few dozen seats, narrow enough that a seat's neighbours lie in four at most. */
const CELL_PITCHES = 6;
/** However far apart a plan's parts lie, the index stays small. */
const CELLS_ACROSS_MAX = 256;

/** Seats by square cells of the plan, so that those near a place are found without asking every seat. */
export class SeatIndex {
  readonly #layout: SeatLayout;
  readonly #side: number;
  readonly #across: number;
  readonly #down: number;
  /** The seats of cell `i` stand in `#seats` from `#starts[i]` to before `#starts[i + 1]`. */
  readonly #starts: Uint32Array;
  readonly #seats: Uint32Array;

  constructor(layout: SeatLayout) {
    const { bounds, pitch, capacity } = layout;
    const [width, height] = [bounds.right - bounds.left, bounds.bottom - bounds.top];
    this.#layout = layout;
    this.#side = Math.max(CELL_PITCHES * pitch, Math.max(width, height) / CELLS_ACROSS_MAX);
    this.#across = Math.floor(width / this.#side) + 1;
    this.#down = Math.floor(height / this.#side) + 1;
    this.#starts = new Uint32Array(this.#across * this.#down + 1);
    this.#seats = new Uint32Array(capacity);
    this.#fill();
  }

  /** Seats whose middle lies in a box of the plan, or at its edge, each once. */
  find(box: Bounds): number[] {
    const found: number[] = [];
    const { x, y } = this.#layout;
    const [left, right] = [this.#column(box.left), this.#column(box.right)];
    for (let row = this.#row(box.top); row <= this.#row(box.bottom); row++) {
      const first = this.#starts[row * this.#across + left]!;
      const end = this.#starts[row * this.#across + right + 1]!;
      for (let at = first; at < end; at++) {
        const no = this.#seats[at]!;
        if (x[no]! < box.left || x[no]! > box.right || y[no]! < box.top || y[no]! > box.bottom) continue;
        found.push(no);
      }
    }
    return found;
  }

  /** A counting sort: how many a cell has, where each cell begins, then each seat to its place. */
  #fill(): void {
    const { capacity, x, y } = this.#layout;
    const cellOf = (no: number) => this.#row(y[no]!) * this.#across + this.#column(x[no]!);
    for (let no = 0; no < capacity; no++) this.#starts[cellOf(no) + 1]! += 1;
    for (let cell = 1; cell < this.#starts.length; cell++) this.#starts[cell]! += this.#starts[cell - 1]!;
    const next = this.#starts.slice();
    for (let no = 0; no < capacity; no++) this.#seats[next[cellOf(no)]!++] = no;
  }

  #column(x: number): number {
    return clamp(Math.floor((x - this.#layout.bounds.left) / this.#side), this.#across - 1);
  }

  #row(y: number): number {
    return clamp(Math.floor((y - this.#layout.bounds.top) / this.#side), this.#down - 1);
  }
}

function clamp(value: number, max: number): number {
  return Math.max(0, Math.min(max, value));
}
