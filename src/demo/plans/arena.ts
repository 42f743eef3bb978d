import type { SeatPlan } from '../../modules/catalogue/index.ts';

type Section = SeatPlan['sections'][number];
type Run = Section['rows'][number]['runs'][number];

type Tier = {
  /** Sections are numbered on from here, clockwise. */
  readonly firstId: number;
  readonly name: string;
  readonly sections: number;
  readonly rows: number;
  readonly seats: number;
  /** Of the first row, in decimetres. */
  readonly radius: number;
  readonly grade: (row: number, section: number) => string;
};

const ROW_DM = 9;
/** The stands leave 80 degrees open for the stage, which is at the top. */
const STANDS_FROM = -50;
const STANDS_DEGREES = 280;
const AISLE_DEGREES = 1.4;
const STAIRS_DEGREES = 0.25;

const TIERS: readonly Tier[] = [
  {
    firstId: 101,
    name: '1층 Lower',
    sections: 24,
    rows: 15,
    seats: 20,
    radius: 560,
    grade: (row, section) => (section % 23 === 0 || row >= 10 ? 'S' : 'R'),
  },
  {
    firstId: 201,
    name: '2층 Upper',
    sections: 28,
    rows: 14,
    seats: 25,
    radius: 790,
    grade: (row) => (row < 7 ? 'A' : 'B'),
  },
];

/** An arena of 20,000 seats: six blocks on the floor and two tiers of curved stands; decimetres. */
export function arenaPlan(): SeatPlan {
  return {
    stage: { x: -220, y: -620, width: 440, height: 200 },
    sections: [...floorSections(), ...TIERS.flatMap(standSections)],
  };
}

/** 6 blocks of 20 rows with 25 seats. */
function floorSections(): Section[] {
  return Array.from({ length: 6 }, (_, block) => {
    const [column, line] = [block % 3, Math.floor(block / 3)];
    const [x, y] = [-230 + column * 165, -320 + line * 230];
    return {
      id: `F${block + 1}`,
      name: `플로어 Floor ${block + 1}`,
      rows: Array.from({ length: 20 }, (_row, row) => ({
        id: String(row + 1),
        runs: [
          { grade: line === 0 ? 'VIP' : 'R', first: 1, count: 25, at: [x, y + row * ROW_DM], by: [5.5, 0] },
        ],
      })),
    };
  });
}

function standSections(tier: Tier): Section[] {
  const degreesEach = STANDS_DEGREES / tier.sections;
  return Array.from({ length: tier.sections }, (_, section) => ({
    id: String(tier.firstId + section),
    name: `${tier.name} ${tier.firstId + section}`,
    rows: Array.from({ length: tier.rows }, (_row, row) => ({
      id: String(row + 1),
      runs: standRuns(tier, section, row, degreesEach),
    })),
  }));
}

/** From the middle row on, stairs part each row. */
function standRuns(tier: Tier, section: number, row: number, degreesEach: number): Run[] {
  const hasStairs = row >= Math.floor(tier.rows / 2);
  const usable = degreesEach - AISLE_DEGREES - (hasStairs ? STAIRS_DEGREES : 0);
  const turn = round(usable / (tier.seats - 1));
  const from = STANDS_FROM + section * degreesEach + AISLE_DEGREES / 2;
  const run = (skip: number, count: number, gap: number): Run => ({
    grade: tier.grade(row, section),
    first: skip + 1,
    count,
    arc: {
      centre: [0, 0],
      radius: tier.radius + row * ROW_DM,
      from: round(from + skip * turn + gap),
      turn,
    },
  });
  if (!hasStairs) return [run(0, tier.seats, 0)];
  const half = Math.floor(tier.seats / 2);
  return [run(0, half, 0), run(half, tier.seats - half, STAIRS_DEGREES)];
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4;
