import type { Availability, GradeCounts, PlanSeats, SeatStatus } from '../catalogue/index.ts';
import type { SeatDelta } from './contract.ts';
import type { SeatHold } from './ports.ts';

/** What changed: the state, now, of every seat that an event spoke of, as the stream tells it. */
export type SeatChanges = Pick<SeatDelta, SeatStatus>;

/** The characters of a rendered state: their order is that of a seat's life under one owner, but for free. */
const CODE: Readonly<Record<SeatStatus, number>> = { free: 0x30, held: 0x31, sold: 0x32 };
/** How far an owner's story has got: a seat that its owner gave back is past being held and sold. */
const RANK: Readonly<Record<SeatStatus, number>> = { held: 1, sold: 2, free: 3 };
const STATUS_BY_CODE: Readonly<Record<number, SeatStatus>> = { 0x30: 'free', 0x31: 'held', 0x32: 'sold' };

/**
 * The state of all seats of one performance, kept by events.
 *
 * Every hold of a seat has an epoch that grows with each owner, and under one owner a seat goes from held
 * to sold to free, never back. So the pair (epoch, how far) only grows, and the state is the largest pair
 * that was ever heard of: events may come twice, late or in another order, and a state that was read from
 * the database may be ahead of them, and the end is the same. A lapse that is reported after another
 * person took the seat over has a smaller epoch and frees nothing.
 *
 * 20,000 seats take 120 kB.
 */
export class SeatState {
  readonly #plan: PlanSeats;
  readonly #codes: Buffer;
  readonly #epochs: Int32Array;
  readonly #isDirty: Uint8Array;
  readonly #freeByGrade: Int32Array;
  #dirty: number[] = [];
  #held = 0;
  #sold = 0;

  constructor(plan: PlanSeats, holds: readonly SeatHold[]) {
    this.#plan = plan;
    this.#codes = Buffer.alloc(plan.capacity, CODE.free);
    this.#epochs = new Int32Array(plan.capacity);
    this.#isDirty = new Uint8Array(plan.capacity);
    this.#freeByGrade = Int32Array.from(plan.grades, (grade) => plan.gradeCounts[grade] ?? 0);
    for (const { seatNo, epoch, status } of holds) this.#put(seatNo, epoch, status);
  }

  /** Hears that the owner with this epoch has brought these seats into this state. */
  apply(seatNos: readonly number[], epoch: number, status: SeatStatus): void {
    for (const seatNo of seatNos) {
      this.#put(seatNo, epoch, status);
      // Also where nothing changed: the state may have been ahead of the version that readers have.
      if (this.#isDirty[seatNo] === 0) {
        this.#isDirty[seatNo] = 1;
        this.#dirty.push(seatNo);
      }
    }
  }

  /** What was mentioned since the last call, or undefined where nothing was. */
  takeChanges(): SeatChanges | undefined {
    if (this.#dirty.length === 0) return undefined;
    const changes = { free: [] as number[], held: [] as number[], sold: [] as number[] };
    const last = { free: 0, held: 0, sold: 0 };
    for (const seatNo of this.#dirty.toSorted((a, b) => a - b)) {
      this.#isDirty[seatNo] = 0;
      const status = this.statusOf(seatNo);
      changes[status].push(seatNo - last[status]);
      last[status] = seatNo;
    }
    this.#dirty = [];
    return changes;
  }

  get hasChanges(): boolean {
    return this.#dirty.length > 0;
  }

  statusOf(seatNo: number): SeatStatus {
    return STATUS_BY_CODE[this.#codes[seatNo] ?? CODE.free] ?? 'free';
  }

  /** One character per seat: 0 free, 1 held, 2 sold. */
  render(): string {
    return this.#codes.toString('latin1');
  }

  get availability(): Availability {
    const [held, sold] = [this.#held, this.#sold];
    return { free: this.#plan.capacity - held - sold, held, sold };
  }

  /** Free seats by grade. */
  get remaining(): GradeCounts {
    return Object.fromEntries(
      this.#plan.grades.map((grade, gradeNo) => [grade, this.#freeByGrade[gradeNo] ?? 0]),
    );
  }

  #put(seatNo: number, epoch: number, next: SeatStatus): void {
    const known = this.#epochs[seatNo];
    // A number outside of the plan cannot be drawn; `cli check` finds it.
    if (known === undefined || epoch < known) return;
    const current = this.statusOf(seatNo);
    if (epoch === known && RANK[next] <= RANK[current]) return;
    this.#epochs[seatNo] = epoch;
    this.#codes[seatNo] = CODE[next];
    this.#count(current, seatNo, -1);
    this.#count(next, seatNo, 1);
  }

  #count(status: SeatStatus, seatNo: number, by: 1 | -1): void {
    if (status === 'held') this.#held += by;
    else if (status === 'sold') this.#sold += by;
    else {
      const gradeNo = this.#plan.gradeNos[seatNo] ?? 0;
      this.#freeByGrade[gradeNo] = (this.#freeByGrade[gradeNo] ?? 0) + by;
    }
  }
}
