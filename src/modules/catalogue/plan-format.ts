import { type Static, Type } from 'typebox';
import { closed, visibleText } from '../../platform/http/schemas.ts';

/** Bounds of a plan; the largest halls stay well below them. */
export const planLimits = {
  seatsMax: 50_000,
  /** In all stages of one venue: each seat is spread out while everybody else waits. */
  seatsPerVenueMax: 100_000,
  sectionsMax: 500,
  rowsPerSectionMax: 500,
  runsPerRowMax: 2_000,
  gradesMax: 16,
} as const;

/** Short and without hyphens, so that `section-row-number` names a seat without ambiguity. */
const Part = Type.String({ pattern: '^[0-9A-Za-z가-힣]{1,12}$' });

export const Grade = Type.String({
  pattern: '^[0-9A-Za-z가-힣][0-9A-Za-z가-힣 +]{0,19}$',
  description: 'What the seat is sold as, such as VIP, R, S, A.',
});

const Coordinate = Type.Number({ minimum: -100_000, maximum: 100_000 });
const Point = Type.Array(Coordinate, { minItems: 2, maxItems: 2, description: '[x, y]' });

const Arc = closed(
  {
    centre: Point,
    radius: Type.Number({ exclusiveMinimum: 0, maximum: 100_000 }),
    from: Type.Number({
      minimum: -720,
      maximum: 720,
      description: 'Degrees, clockwise as drawn; 0 is to the right.',
    }),
    turn: Type.Number({ minimum: -360, maximum: 360 }),
  },
  { title: 'PlanArc', description: 'Seats on a circle: the i-th stands at the angle `from + i * turn`.' },
);

export const PlanRun = closed(
  {
    grade: Grade,
    first: Type.Integer({ minimum: 0, maximum: 99_999, description: 'Number of the first seat.' }),
    count: Type.Integer({ minimum: 1, maximum: planLimits.seatsMax }),
    step: Type.Optional(
      Type.Integer({
        minimum: -100,
        maximum: 100,
        description: 'From one seat number to the next; 1 where absent, 2 for odd or even rows.',
      }),
    ),
    at: Type.Optional(
      Type.Array(Coordinate, {
        minItems: 2,
        maxItems: 2,
        description: 'Seats on a line: the i-th stands at `at + i * by`. Give `at` or `arc`.',
      }),
    ),
    by: Type.Optional(Point),
    arc: Type.Optional(Arc),
  },
  { title: 'PlanRun' },
);

export const PlanRow = closed(
  {
    id: Part,
    runs: Type.Array(PlanRun, {
      minItems: 1,
      maxItems: planLimits.runsPerRowMax,
      description: 'A gap (an aisle, a pillar) is where one run ends and the next begins.',
    }),
  },
  { title: 'PlanRow' },
);

export const PlanSection = closed(
  {
    id: Part,
    name: Type.Optional(visibleText(60)),
    rows: Type.Array(PlanRow, { minItems: 1, maxItems: planLimits.rowsPerSectionMax }),
  },
  { title: 'PlanSection' },
);

/**
 * A seat plan as sellers send it and as it is stored and served: sections, their rows, and in each row
 * runs of neighbouring seats of one grade. A seat's id is `section-row-number`; its seat_no is its index
 * in the order of the plan, from 0. Coordinates are in units of the plan's own choice, x to the right and
 * y downwards, and are read to hundredths.
 */
export const SeatPlanSchema = closed(
  {
    stage: Type.Optional(
      closed(
        { x: Coordinate, y: Coordinate, width: Coordinate, height: Coordinate },
        { title: 'StagePlace', description: 'Where the stage is drawn.' },
      ),
    ),
    sections: Type.Array(PlanSection, { minItems: 1, maxItems: planLimits.sectionsMax }),
  },
  { title: 'Plan', description: 'Sections, rows, runs of seats; a seat is `section-row-number`.' },
);

export type SeatPlan = Static<typeof SeatPlanSchema>;
export type PlanSection = Static<typeof PlanSection>;
export type PlanRow = Static<typeof PlanRow>;
export type PlanRun = Static<typeof PlanRun>;
