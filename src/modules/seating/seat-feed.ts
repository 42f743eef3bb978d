/** A change of the seat map between two positions of the event log, rendered once for all streams. */
export type SeatFrame = {
  readonly from: number;
  readonly version: number;
  readonly seats: number;
  readonly bytes: Buffer;
};

/** How much a reader may have missed and still go on: about a minute of a busy sale. */
const FRAMES_MAX = 600;
const SEATS_MAX = 50_000;

/**
 * The last changes of one seat map, so that a stream that broke off goes on where it was.
 *
 * Versions are positions of the event log. They mean the same in every instance and after a restart, and a
 * frame tells the state of its seats at its end, so that a reader may be anywhere within it.
 */
export class SeatFeed {
  #frames: SeatFrame[] = [];
  #seats = 0;
  /** Everything after this version is in `#frames`. */
  #floor: number;
  #version: number;

  constructor(version: number) {
    this.#floor = version;
    this.#version = version;
  }

  get version(): number {
    return this.#version;
  }

  push(frame: SeatFrame): void {
    this.#frames.push(frame);
    this.#seats += frame.seats;
    this.#version = frame.version;
    let drop = 0;
    while (this.#frames.length - drop > FRAMES_MAX || this.#seats > SEATS_MAX) {
      const oldest = this.#frames[drop];
      if (!oldest) break;
      this.#seats -= oldest.seats;
      this.#floor = oldest.version;
      drop++;
    }
    // In lumps: shifting one by one would move all of them each time.
    if (drop > 0) this.#frames = this.#frames.slice(drop);
  }

  /** What a reader at `version` has missed; undefined when that is no longer, or not yet, known here. */
  since(version: number): readonly SeatFrame[] | undefined {
    if (version < this.#floor || version > this.#version) return undefined;
    return this.#frames.filter((frame) => frame.version > version);
  }
}
