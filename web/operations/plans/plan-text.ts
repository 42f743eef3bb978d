import type { Operations } from '../../shared/api/schema.ts';

export type SeatPlan = Operations['createVenue']['body']['stages'][number]['plan'];
export type PlanSection = SeatPlan['sections'][number];

/** Why a line cannot be read; the pages say it in words. */
export type PlanFault =
  | 'line'
  | 'noSection'
  | 'sectionTwice'
  | 'rowTwice'
  | 'rowEmpty'
  | 'name'
  | 'grade'
  | 'columns'
  | 'number'
  | 'seatTwice'
  | 'tooMany'
  | 'empty';

/** `line` counts from 1; `value` is what stands there. */
export type PlanError = { readonly fault: PlanFault; readonly line: number; readonly value: string };

export type ReadPlan =
  | { readonly ok: true; readonly plan: SeatPlan }
  | { readonly ok: false; readonly errors: readonly PlanError[] };

/** As the API bounds them. */
const PART = /^[0-9A-Za-z가-힣]{1,12}$/;
const GRADE = /^[0-9A-Za-z가-힣][0-9A-Za-z가-힣 +]{0,19}$/;
export const SEATS_MAX = 50_000;
/** More would bury the first. */
const ERRORS_MAX = 8;
/** How far apart sections and the stage are drawn, in seats. */
export const SECTION_GAP = 3;
const STAGE_DEPTH = 2;

export const isPart = (text: string): boolean => PART.test(text);
export const isGrade = (text: string): boolean => GRADE.test(text);

/** The plan of these sections with a stage above them, or what is wrong. */
export function finishPlan(
  sections: readonly PlanSection[],
  errors: readonly PlanError[],
  width: number,
): ReadPlan {
  if (errors.length > 0) return { ok: false, errors: errors.slice(0, ERRORS_MAX) };
  const count = countSeats(sections);
  if (count === 0) return { ok: false, errors: [{ fault: 'empty', line: 1, value: '' }] };
  if (count > SEATS_MAX) return { ok: false, errors: [{ fault: 'tooMany', line: 1, value: String(count) }] };
  const stageWidth = Math.max(4, Math.round(width * 0.6));
  const stage = {
    x: (width - 1 - stageWidth) / 2,
    y: -SECTION_GAP - STAGE_DEPTH,
    width: stageWidth,
    height: STAGE_DEPTH,
  };
  return { ok: true, plan: { stage, sections: [...sections] } };
}

function countSeats(sections: readonly PlanSection[]): number {
  const runs = sections.flatMap((section) => section.rows.flatMap((row) => row.runs));
  return runs.reduce((sum, run) => sum + run.count, 0);
}

/** Seats of each grade, in the order in which the plan names them. */
export function countGrades(plan: SeatPlan): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { grade, count } of plan.sections.flatMap(({ rows }) => rows.flatMap(({ runs }) => runs)))
    counts.set(grade, (counts.get(grade) ?? 0) + count);
  return counts;
}
