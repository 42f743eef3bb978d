import { rowOf, type SeatLayout } from './layout.ts';
import type { SeatState } from './seat-state.ts';

/** Another grade costs as much as this many seats of distance: people look for the same price first. */
const OTHER_GRADE_SEATS = 40;
/** Another row, beside the way there. */
const OTHER_ROW_SEATS = 0.6;

/**
 * Free seats instead of one that was lost, the most alike first: near it, of its grade, in its row, and near those that
 * the person still has.
 *
 * @param taken seats that are not to be offered, such as those chosen already
 */
export function nearestFree(
  layout: SeatLayout,
  state: SeatState,
  lost: number,
  taken: ReadonlySet<number>,
  count: number,
): readonly number[] {
  const best: { no: number; cost: number }[] = [];
  const row = rowOf(layout, lost);
  const company = [...taken];
  for (let no = 0; no < layout.capacity; no++) {
    if (!state.isFree(no) || taken.has(no) || no === lost) continue;
    const isOtherGrade = layout.gradeNos[no] !== layout.gradeNos[lost];
    const isOtherRow = no < row.first || no >= row.end;
    const toCompany =
      company.length === 0 ? 0 : Math.min(...company.map((other) => seatsApart(layout, no, other)));
    const cost =
      seatsApart(layout, no, lost) +
      toCompany / 2 +
      (isOtherGrade ? OTHER_GRADE_SEATS : 0) +
      (isOtherRow ? OTHER_ROW_SEATS : 0);
    if (best.length === count && cost >= best.at(-1)!.cost) continue;
    best.push({ no, cost });
    best.sort((a, b) => a.cost - b.cost);
    if (best.length > count) best.pop();
  }
  return best.map(({ no }) => no);
}

/** One for each that was lost, all different. */
export function replacements(
  layout: SeatLayout,
  state: SeatState,
  lost: readonly number[],
  kept: readonly number[],
): readonly number[] {
  const taken = new Set(kept);
  for (const no of lost) for (const found of nearestFree(layout, state, no, taken, 1)) taken.add(found);
  return [...taken].filter((no) => !kept.includes(no));
}

function seatsApart(layout: SeatLayout, a: number, b: number): number {
  return Math.hypot(layout.x[a]! - layout.x[b]!, layout.y[a]! - layout.y[b]!) / layout.pitch;
}
