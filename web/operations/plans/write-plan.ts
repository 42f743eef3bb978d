import Papa from 'papaparse';
import type { Answer } from '../../shared/api/call.ts';
import { createLayout, type LayoutRow, type SeatLayout } from '../../tickets/seats/layout.ts';

const HEAD = ['section', 'name', 'row', 'first', 'last', 'grade', 'x', 'y'];
/** As the API keeps places. */
const PRECISION = 100;

/** A plan as a table that `readPlan` reads as the same seats in the same order: a line for each run of neighbours. */
export function writePlan(answer: Answer<'getSeatPlan'>): string {
  const layout = createLayout(answer);
  const lines = layout.sections.flatMap(({ id, name, rows }) =>
    rows.flatMap((row) =>
      writeRow(layout, row).map((seats) => [wordAfter(id, '구역'), name === id ? '' : name, ...seats]),
    ),
  );
  return `${Papa.unparse([HEAD, ...lines], { newline: '\n' })}\n`;
}

/** Who reads a table takes the word off: what ends with it by itself is written with it once more. */
const wordAfter = (id: string, word: string): string => (id.endsWith(word) ? `${id}${word}` : id);

function writeRow(layout: SeatLayout, row: LayoutRow): (string | number)[][] {
  const lines: (string | number)[][] = [];
  for (let first = row.first; first < row.end; ) {
    let last = first;
    while (last + 1 < row.end && areNeighbours(layout, last, last + 1)) last += 1;
    const numbers = [layout.numbers[first] ?? 0, layout.numbers[last] ?? 0];
    const grade = layout.grades[layout.gradeNos[first] ?? 0] ?? '';
    lines.push([
      wordAfter(row.id, '열'),
      ...numbers,
      grade,
      rounded(layout.x[first]),
      rounded(layout.y[first]),
    ]);
    first = last + 1;
  }
  return lines;
}

/** Whether a line of the table can go on from one seat to the next: by one in number and to the right. */
function areNeighbours({ numbers, gradeNos, x, y }: SeatLayout, a: number, b: number): boolean {
  return (
    numbers[b] === (numbers[a] ?? 0) + 1 &&
    gradeNos[b] === gradeNos[a] &&
    rounded(x[b]) === rounded((x[a] ?? 0) + 1) &&
    rounded(y[b]) === rounded(y[a])
  );
}

function rounded(place = 0): number {
  // Without the sign of a zero that was rounded from below.
  return Math.round(place * PRECISION) / PRECISION + 0;
}
