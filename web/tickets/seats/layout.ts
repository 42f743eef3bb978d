import type { Answer } from '../../shared/api/call.ts';

type PlanAnswer = Answer<'getSeatPlan'>;
type Run = PlanAnswer['plan']['sections'][number]['rows'][number]['runs'][number];

export type Point = readonly [x: number, y: number];
export type Bounds = {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
};

/** Seats from `first` to before `end`, by their number in the plan. */
type Range = { readonly id: string; readonly first: number; readonly end: number };
export type LayoutRow = Range;
export type LayoutSection = Range & {
  readonly name: string;
  readonly rows: readonly LayoutRow[];
  readonly bounds: Bounds;
  /** Around all of its seats, in order. */
  readonly outline: readonly Point[];
  /** The grade that most of its seats have, as an index of `grades`. */
  readonly gradeNo: number;
};

/** A seat plan spread out for drawing and for reading: by seat number, in the order of the plan. */
export type SeatLayout = {
  readonly capacity: number;
  readonly grades: readonly string[];
  readonly gradeNos: Uint8Array;
  readonly numbers: Int32Array;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly sections: readonly LayoutSection[];
  readonly stage: Bounds | undefined;
  readonly bounds: Bounds;
  /** The distance of neighbours in a row, in units of the plan. */
  readonly pitch: number;
};

/** The number of a seat by its name; undefined where the plan has no such seat. */
export function seatNoOf(
  layout: SeatLayout,
  { section, row, number }: Pick<SeatName, 'section' | 'row' | 'number'>,
): number | undefined {
  const range = layout.sections.find(({ id }) => id === section)?.rows.find(({ id }) => id === row);
  if (!range) return undefined;
  const at = layout.numbers.subarray(range.first, range.end).indexOf(number);
  return at === -1 ? undefined : range.first + at;
}

/** What a seat is called. `id` is its name in the API. */
export type SeatName = {
  readonly id: string;
  readonly section: string;
  readonly row: string;
  readonly number: number;
  readonly grade: string;
};

/** Spreads a plan out. 20,000 seats take about 10 ms. */
export function createLayout({ plan, capacity, grades }: PlanAnswer): SeatLayout {
  const arrays = {
    gradeNos: new Uint8Array(capacity),
    numbers: new Int32Array(capacity),
    x: new Float32Array(capacity),
    y: new Float32Array(capacity),
  };
  let seatNo = 0;
  const sections = plan.sections.map((section) => {
    const first = seatNo;
    const rows = section.rows.map((row) => {
      const start = seatNo;
      for (const run of row.runs) seatNo = spread(run, seatNo, grades, arrays);
      return { id: row.id, first: start, end: seatNo };
    });
    return describeSection(
      { id: section.id, name: section.name ?? section.id, rows, first, end: seatNo },
      arrays,
    );
  });
  const stage = plan.stage && {
    left: plan.stage.x,
    top: plan.stage.y,
    right: plan.stage.x + plan.stage.width,
    bottom: plan.stage.y + plan.stage.height,
  };
  const pitch = pitchOf(sections, arrays);
  const parts = [...sections.map((section) => section.bounds), ...(stage ? [stage] : [])];
  return {
    capacity,
    grades,
    ...arrays,
    sections,
    stage,
    bounds: widen(union(parts), pitch),
    pitch,
  };
}

type Arrays = Pick<SeatLayout, 'gradeNos' | 'numbers' | 'x' | 'y'>;

function spread(run: Run, from: number, grades: readonly string[], arrays: Arrays): number {
  const gradeNo = Math.max(0, grades.indexOf(run.grade));
  for (let i = 0; i < run.count; i++) {
    const [x, y] = positionOf(run, i);
    arrays.gradeNos[from + i] = gradeNo;
    arrays.numbers[from + i] = run.first + i * (run.step ?? 1);
    arrays.x[from + i] = x;
    arrays.y[from + i] = y;
  }
  return from + run.count;
}

/** As the API describes runs: along a line, or along a circle with degrees that grow clockwise. */
function positionOf({ arc, at = [0, 0], by = [0, 0] }: Run, i: number): Point {
  if (!arc) return [at[0] + i * by[0], at[1] + i * by[1]];
  const angle = ((arc.from + i * arc.turn) * Math.PI) / 180;
  return [arc.centre[0] + arc.radius * Math.cos(angle), arc.centre[1] + arc.radius * Math.sin(angle)];
}

function describeSection(
  section: Omit<LayoutSection, 'bounds' | 'outline' | 'gradeNo'>,
  { x, y, gradeNos }: Arrays,
): LayoutSection {
  const points: Point[] = [];
  const counts: number[] = [];
  for (let no = section.first; no < section.end; no++) {
    points.push([x[no] ?? 0, y[no] ?? 0]);
    const gradeNo = gradeNos[no] ?? 0;
    counts[gradeNo] = (counts[gradeNo] ?? 0) + 1;
  }
  const [lefts, tops] = [points.map((point) => point[0]), points.map((point) => point[1])];
  const bounds = {
    left: lefts.reduce((a, b) => Math.min(a, b), Infinity),
    right: lefts.reduce((a, b) => Math.max(a, b), -Infinity),
    top: tops.reduce((a, b) => Math.min(a, b), Infinity),
    bottom: tops.reduce((a, b) => Math.max(a, b), -Infinity),
  };
  const most = counts.reduce((best, count, gradeNo) => (count > (counts[best] ?? 0) ? gradeNo : best), 0);
  return { ...section, bounds, outline: convexHull(points), gradeNo: most };
}

/** A. M. Andrew's monotone chain, Information Processing Letters 9(5), 1979. */
export function convexHull(points: readonly Point[]): readonly Point[] {
  const sorted = points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (ordered: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of ordered) {
      while (chain.length >= 2 && turn(chain.at(-2)!, chain.at(-1)!, point) <= 0) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return sorted.length < 3 ? sorted : [...half(sorted), ...half(sorted.toReversed())];
}

function turn(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

function union(parts: readonly Bounds[]): Bounds {
  return {
    left: Math.min(...parts.map((part) => part.left)),
    top: Math.min(...parts.map((part) => part.top)),
    right: Math.max(...parts.map((part) => part.right)),
    bottom: Math.max(...parts.map((part) => part.bottom)),
  };
}

/** Seats stand at points and are drawn around them. */
function widen({ left, top, right, bottom }: Bounds, by: number): Bounds {
  return { left: left - by, top: top - by, right: right + by, bottom: bottom + by };
}

/** The middle of the distances between neighbours; 1 where no row has two seats. */
function pitchOf(sections: readonly LayoutSection[], { x, y }: Arrays): number {
  const distances = sections
    .flatMap((section) => section.rows)
    .filter((row) => row.end - row.first > 1)
    .map(({ first }) => Math.hypot(x[first + 1]! - x[first]!, y[first + 1]! - y[first]!))
    .toSorted((a, b) => a - b);
  return distances[Math.floor(distances.length / 2)] || 1;
}

/** Which of some ranges in order holds a seat. */
function findRange(ranges: readonly Range[], seatNo: number): number {
  let [low, high] = [0, ranges.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.end ?? 0) <= seatNo) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rangeOf<T extends Range>(ranges: readonly T[], seatNo: number): T {
  const found = ranges[findRange(ranges, seatNo)];
  if (!found) throw new RangeError(`there is no seat ${seatNo}`);
  return found;
}

function sectionOf(layout: SeatLayout, seatNo: number): LayoutSection {
  return rangeOf(layout.sections, seatNo);
}

/** @returns an index of the layout's sections */
export function sectionNoOf(layout: SeatLayout, seatNo: number): number {
  return findRange(layout.sections, seatNo);
}

export function rowOf(layout: SeatLayout, seatNo: number): LayoutRow {
  return rangeOf(sectionOf(layout, seatNo).rows, seatNo);
}

export function nameOf(layout: SeatLayout, seatNo: number): SeatName {
  const section = sectionOf(layout, seatNo);
  const row = rangeOf(section.rows, seatNo);
  const number = layout.numbers[seatNo] ?? 0;
  return {
    id: `${section.id}-${row.id}-${number}`,
    section: section.id,
    row: row.id,
    number,
    grade: layout.grades[layout.gradeNos[seatNo] ?? 0] ?? '',
  };
}
