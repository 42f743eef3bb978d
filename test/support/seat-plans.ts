import fc from 'fast-check';
import type { SeatPlan } from '../../src/modules/catalogue/index.ts';

type Row = SeatPlan['sections'][number]['rows'][number];
type Run = Row['runs'][number];

const grade = fc.constantFrom('VIP', 'R', 'S');
const coordinate = fc.integer({ min: -5_000, max: 5_000 }).map((n) => n / 10);
const point = fc.tuple(coordinate, coordinate).map(([x, y]) => [x, y]);

const place = fc.oneof(
  fc.record({ at: point, by: point }),
  fc.record({
    arc: fc.record({
      centre: point,
      radius: fc.integer({ min: 1, max: 900 }),
      from: fc.integer({ min: -360, max: 360 }),
      turn: fc.integer({ min: 1, max: 40 }).map((n) => n / 8),
    }),
  }),
);

/** Runs of one row: numbers rise from run to run, so that none is there twice. */
const runs: fc.Arbitrary<Run[]> = fc
  .array(
    fc.record({
      grade,
      gap: fc.integer({ min: 0, max: 3 }),
      count: fc.integer({ min: 1, max: 9 }),
      step: fc.constantFrom(1, 2),
      place,
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((parts) => {
    let next = 1;
    return parts.map(({ gap, place: where, ...rest }) => {
      const first = next + gap;
      next = first + rest.count * rest.step;
      return { ...rest, first, ...where };
    });
  });

const ids = fc.uniqueArray(fc.stringMatching(/^[0-9A-Z]{1,3}$/), { minLength: 1, maxLength: 4 });

const rows: fc.Arbitrary<Row[]> = ids.chain((names) =>
  fc.tuple(...names.map(() => runs)).map((all) => names.map((id, i) => ({ id, runs: all[i] ?? [] }))),
);

/** Plans of a few hundred seats with straight and curved runs, gaps and odd numbering; all of them valid. */
export const validPlans: fc.Arbitrary<SeatPlan> = ids.chain((names) =>
  fc.tuple(...names.map(() => rows)).map((all) => ({
    sections: names.map((id, i) => ({ id, rows: all[i] ?? [] })),
  })),
);

/** The same seats, each as a run of its own: how drawing programs export them. */
export function oneRunPerSeat(
  plan: SeatPlan,
  seatRuns: (run: Run) => readonly { number: number; x: number; y: number }[],
): SeatPlan {
  return {
    sections: plan.sections.map((section) => ({
      ...section,
      rows: section.rows.map((row) => ({
        ...row,
        runs: row.runs.flatMap((run) =>
          seatRuns(run).map(({ number, x, y }) => ({
            grade: run.grade,
            first: number,
            count: 1,
            at: [x, y],
          })),
        ),
      })),
    })),
  };
}

/** A small hall: two sections, two grades, an aisle; 20 seats. */
export const smallPlan: SeatPlan = {
  stage: { x: 0, y: 0, width: 100, height: 20 },
  sections: [
    {
      id: 'A',
      name: 'Floor',
      rows: [
        {
          id: '1',
          runs: [
            { grade: 'VIP', first: 1, count: 4, at: [0, 30], by: [10, 0] },
            { grade: 'VIP', first: 5, count: 4, at: [60, 30], by: [10, 0] },
          ],
        },
        { id: '2', runs: [{ grade: 'R', first: 1, count: 8, at: [0, 40], by: [10, 0] }] },
      ],
    },
    {
      id: 'B',
      name: 'Balcony',
      rows: [
        {
          id: '1',
          runs: [
            { grade: 'R', first: 1, count: 4, arc: { centre: [50, 0], radius: 80, from: 60, turn: 15 } },
          ],
        },
      ],
    },
  ],
};
