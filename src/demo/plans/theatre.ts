import type { SeatPlan } from '../../modules/catalogue/index.ts';

type Section = SeatPlan['sections'][number];
type Run = Section['rows'][number]['runs'][number];

type Block = {
  readonly id: string;
  readonly name: string;
  readonly first: number;
  readonly seats: number;
  /** Centimetres along the row from the middle line to the middle of the block. */
  readonly offset: number;
};

type Floor = {
  readonly rows: number;
  readonly radius: number;
  readonly blocks: readonly Block[];
  readonly gradeOf: (row: number, block: Block) => string;
};

const SEAT_CM = 55;
const ROW_CM = 95;
const AISLE_CM = 110;

/** Blocks left of, between and right of two aisles, that look at the stage from a circle. */
function blocks(ids: string, floor: string, sides: number, centre: number): Block[] {
  const [left = '', middle = '', right = ''] = ids;
  const offset = ((sides + centre) * SEAT_CM) / 2 + AISLE_CM;
  return [
    { id: left, name: `${floor} ${left}`, first: 1, seats: sides, offset: -offset },
    { id: middle, name: `${floor} ${middle}`, first: sides + 1, seats: centre, offset: 0 },
    { id: right, name: `${floor} ${right}`, first: sides + centre + 1, seats: sides, offset },
  ];
}

const FLOORS: readonly Floor[] = [
  {
    rows: 20,
    radius: 1_500,
    blocks: blocks('ABC', '1층 Stalls', 14, 28),
    gradeOf: (row, { offset }) => (offset === 0 && row < 10 ? 'VIP' : row < 14 ? 'R' : 'S'),
  },
  {
    rows: 10,
    radius: 3_700,
    blocks: blocks('DEF', '2층 Balcony', 12, 28),
    gradeOf: (row, { offset }) => (offset === 0 && row < 4 ? 'R' : 'S'),
  },
  {
    rows: 8,
    radius: 4_900,
    blocks: blocks('GHI', '3층 Gallery', 11, 25),
    gradeOf: () => 'A',
  },
];

/** A theatre of 2,000 seats: stalls with a place for the sound desk, two balconies; centimetres. */
export function theatrePlan(): SeatPlan {
  return {
    stage: { x: -900, y: 300, width: 1_800, height: 700 },
    sections: FLOORS.flatMap((floor) => floor.blocks.map((block) => toSection(floor, block))),
  };
}

function toSection(floor: Floor, block: Block): Section {
  return {
    id: block.id,
    name: block.name,
    rows: Array.from({ length: floor.rows }, (_, row) => ({
      id: String(row + 1),
      runs: runsOf(floor, block, row),
    })),
  };
}

function runsOf(floor: Floor, block: Block, row: number): Run[] {
  const radius = floor.radius + row * ROW_CM;
  // A seat is as wide as the chord to the next one, not as the arc.
  const turn = degrees(2 * Math.asin(SEAT_CM / 2 / radius));
  // Downwards is 90 degrees as drawn; the audience sits below the stage, seat 1 on the left.
  const from = 90 - degrees(block.offset / radius) + (turn * (block.seats - 1)) / 2;
  const run = (skip: number, count: number): Run => ({
    grade: floor.gradeOf(row, block),
    first: block.first + skip,
    count,
    arc: { centre: [0, 0], radius, from: round(from - skip * turn), turn: -turn },
  });
  // The sound desk takes eight seats in the middle of the last two rows of the stalls.
  const hasDesk = block.id === 'B' && row >= 18;
  return hasDesk ? [run(0, 10), run(18, 10)] : [run(0, block.seats)];
}

const degrees = (radians: number): number => round((radians * 180) / Math.PI);
const round = (value: number): number => Math.round(value * 1e4) / 1e4;
