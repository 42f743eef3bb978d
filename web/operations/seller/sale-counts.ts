import type { SeatLayout } from '../../tickets/seats/layout.ts';
import { HELD, SOLD } from '../../tickets/seats/seat-state.ts';

export type SaleCount = {
  readonly capacity: number;
  readonly sold: number;
  readonly held: number;
  readonly free: number;
};

/** How the seats of each grade stand, in the order of the plan's grades. */
export function countByGrade(
  { grades, gradeNos }: Pick<SeatLayout, 'grades' | 'gradeNos'>,
  statuses: Uint8Array,
): readonly (SaleCount & { readonly grade: string })[] {
  const [all, sold, held] = [grades.map(() => 0), grades.map(() => 0), grades.map(() => 0)];
  for (const [no, gradeNo] of gradeNos.entries()) {
    all[gradeNo]! += 1;
    if (statuses[no] === SOLD) sold[gradeNo]! += 1;
    if (statuses[no] === HELD) held[gradeNo]! += 1;
  }
  return grades.map((grade, no) => {
    const count = { capacity: all[no]!, sold: sold[no]!, held: held[no]! };
    return { grade, ...count, free: count.capacity - count.sold - count.held };
  });
}

export function addUp(counts: readonly SaleCount[]): SaleCount {
  const sum = (of: (count: SaleCount) => number) => counts.reduce((total, count) => total + of(count), 0);
  return {
    capacity: sum((count) => count.capacity),
    sold: sum((count) => count.sold),
    held: sum((count) => count.held),
    free: sum((count) => count.free),
  };
}
