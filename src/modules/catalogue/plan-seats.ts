import type { GradeCounts } from './model.ts';
import type { PlanRow, PlanSection, SeatPlan } from './plan-format.ts';
import { numberOf, positionOf } from './plan-geometry.ts';
import type { Seat } from './terms.ts';

/** A plan spread out into its seats; one of them serves all performances of a stage. */
export type PlanSeats = {
  readonly capacity: number;
  /** In order of first appearance. */
  readonly grades: readonly string[];
  readonly gradeCounts: GradeCounts;
  /** By seat_no, as the three below. */
  readonly seats: readonly Seat[];
  /** Index into `grades`. */
  readonly gradeNos: Uint8Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly seatNoById: ReadonlyMap<string, number>;
};

/**
 * Spreads a valid plan out. The order of sections, rows and runs as they stand gives the seat numbers, so
 * the same plan always gives the same ones. 20,000 seats take some 4 MB, once per plan and process.
 */
export function expandPlan(plan: SeatPlan): PlanSeats {
  const capacity = countSeats(plan);
  const spread: Spread = {
    seats: [],
    gradeNos: new Uint8Array(capacity),
    x: new Float64Array(capacity),
    y: new Float64Array(capacity),
    gradeNoByName: new Map(),
    seatNoById: new Map(),
  };
  for (const section of plan.sections) {
    for (const row of section.rows) expandRow(spread, section, row);
  }
  const { gradeNoByName, ...rest } = spread;
  const grades = [...gradeNoByName.keys()];
  return { capacity, grades, gradeCounts: countGrades(grades, spread.gradeNos), ...rest };
}

type Spread = {
  readonly seats: Seat[];
  readonly gradeNos: Uint8Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly gradeNoByName: Map<string, number>;
  readonly seatNoById: Map<string, number>;
};

function expandRow(spread: Spread, section: PlanSection, row: PlanRow): void {
  for (const run of row.runs) {
    const gradeNo = spread.gradeNoByName.get(run.grade) ?? spread.gradeNoByName.size;
    spread.gradeNoByName.set(run.grade, gradeNo);
    for (let i = 0; i < run.count; i++) {
      const seatNo = spread.seats.length;
      const number = numberOf(run, i);
      const id = `${section.id}-${row.id}-${number}`;
      spread.seats.push({ id, section: section.id, row: row.id, number, grade: run.grade });
      spread.seatNoById.set(id, seatNo);
      spread.gradeNos[seatNo] = gradeNo;
      [spread.x[seatNo], spread.y[seatNo]] = positionOf(run, i);
    }
  }
}

/** Seats of a plan, without spreading it out. */
export function countSeats(plan: SeatPlan): number {
  let count = 0;
  for (const section of plan.sections) {
    for (const row of section.rows) {
      for (const run of row.runs) count += run.count;
    }
  }
  return count;
}

function countGrades(grades: readonly string[], gradeNos: Uint8Array): GradeCounts {
  const counts = new Uint32Array(grades.length);
  for (const gradeNo of gradeNos) counts[gradeNo] = (counts[gradeNo] ?? 0) + 1;
  return Object.fromEntries(grades.map((grade, gradeNo) => [grade, counts[gradeNo] ?? 0]));
}
