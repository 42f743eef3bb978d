import type { SeatPlan } from '../../modules/catalogue/index.ts';

const ROWS = 12;
const SEAT_CM = 55;
const ROW_CM = 95;
const AISLE_CM = 120;

/** Left, centre and right of two aisles: 7, 11 and 7 seats a row. */
const BLOCKS = [
  { id: 'A', name: '왼쪽 Left', first: 1, seats: 7, x: 0 },
  { id: 'B', name: '가운데 Centre', first: 8, seats: 11, x: 7 * SEAT_CM + AISLE_CM },
  { id: 'C', name: '오른쪽 Right', first: 19, seats: 7, x: 18 * SEAT_CM + 2 * AISLE_CM },
] as const;

/** A small theatre of 300 seats on one floor; centimetres. */
export function studioPlan(): SeatPlan {
  return {
    stage: { x: 200, y: -350, width: 1_215, height: 250 },
    sections: BLOCKS.map(({ id, name, first, seats, x }) => ({
      id,
      name,
      rows: Array.from({ length: ROWS }, (_, row) => ({
        id: String(row + 1),
        runs: [
          {
            grade: gradeOf(row),
            first,
            count: seats,
            at: [x, row * ROW_CM],
            by: [SEAT_CM, 0],
          },
        ],
      })),
    })),
  };
}

function gradeOf(row: number): string {
  if (row < 4) return 'R';
  return row < 8 ? 'S' : 'A';
}
