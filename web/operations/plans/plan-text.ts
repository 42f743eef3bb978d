import type { Operations } from '../../shared/api/schema.ts';
import { lengthOf } from '../../shared/i18n/length.ts';

export type SeatPlan = Operations['createVenue']['body']['stages'][number]['plan'];
export type PlanSection = SeatPlan['sections'][number];

/** Why a plan cannot be read; the pages say it in words. */
export type PlanFault =
  | 'line'
  | 'noSection'
  | 'sectionTwice'
  | 'sectionName'
  | 'sectionNames'
  | 'rowTwice'
  | 'rowEmpty'
  | 'name'
  | 'grade'
  | 'columnMissing'
  | 'columnUnknown'
  | 'columnTwice'
  | 'cellEmpty'
  | 'cellExtra'
  | 'quotes'
  | 'number'
  | 'place'
  | 'placeSome'
  | 'seatTwice'
  | 'tooMany'
  | 'tooManySections'
  | 'tooManyRows'
  | 'tooManyGrades'
  | 'empty'
  | 'fileTooLarge'
  | 'fileGone'
  | 'fileNotText'
  | 'fileEncoding'
  | 'fileOldExcel'
  | 'fileNotExcel'
  | 'fileSheets'
  | 'fileReaderAway';

/** What a column of a table says. */
export type Column = 'section' | 'name' | 'row' | 'number' | 'first' | 'last' | 'grade' | 'x' | 'y';

/** `line` counts from 1 and is absent of what is wrong as a whole; `value` is what stands there. */
export type PlanError = {
  readonly fault: PlanFault;
  readonly line?: number;
  readonly value: string;
  readonly column?: Column;
};

export type ReadPlan =
  | { readonly ok: true; readonly plan: SeatPlan }
  | { readonly ok: false; readonly errors: readonly PlanError[] };

/** As the API bounds them. */
const PART = /^[0-9A-Za-z가-힣]{1,12}$/;
const GRADE = /^[0-9A-Za-z가-힣][0-9A-Za-z가-힣 +]{0,19}$/;
const SECTION_NAME_LENGTH_MAX = 60;
export const SEATS_MAX = 50_000;
const SECTIONS_MAX = 500;
const ROWS_PER_SECTION_MAX = 500;
const GRADES_MAX = 16;
/** More would bury the first. */
const ERRORS_MAX = 8;
/** How far apart sections and the stage are drawn, in seats. */
export const SECTION_GAP = 3;
const STAGE_DEPTH = 2;

export const isPart = (text: string): boolean => PART.test(text);
export const isGrade = (text: string): boolean => GRADE.test(text);

/** Whether a section can be called so; not by what another program could not read (U+FFFD). */
export const isSectionName = (text: string): boolean =>
  lengthOf(text) <= SECTION_NAME_LENGTH_MAX && !text.includes('\ufffd');

/** `가구역` and `Section A` are the sections 가 and A: the pages add the word. The same of rows. */
export function partOf(written: string, after: string, before: string): string {
  return written.replace(new RegExp(`(?<=.)${after}$`), '').replace(new RegExp(`^${before}\\s+`, 'i'), '');
}

/** The plan of these sections with a stage above them, or what is wrong. */
export function finishPlan(
  sections: readonly PlanSection[],
  errors: readonly PlanError[],
  width: number,
): ReadPlan {
  const wrong = errors.length > 0 ? errors.slice(0, ERRORS_MAX) : boundsOf(sections);
  if (wrong.length > 0) return { ok: false, errors: wrong };
  const stageWidth = Math.max(4, Math.round(width * 0.6));
  const stage = {
    x: (width - 1 - stageWidth) / 2,
    y: -SECTION_GAP - STAGE_DEPTH,
    width: stageWidth,
    height: STAGE_DEPTH,
  };
  return { ok: true, plan: { stage, sections: [...sections] } };
}

/** What no plan may be, as the API bounds it. */
function boundsOf(sections: readonly PlanSection[]): readonly PlanError[] {
  const seats = countSeats(sections);
  const grades = countGrades({ sections: [...sections] }).size;
  const long = sections.find(({ rows }) => rows.length > ROWS_PER_SECTION_MAX);
  return [
    ...(seats === 0 ? [{ fault: 'empty' as const, value: '' }] : []),
    ...(seats > SEATS_MAX ? [{ fault: 'tooMany' as const, value: String(seats) }] : []),
    ...(sections.length > SECTIONS_MAX
      ? [{ fault: 'tooManySections' as const, value: String(sections.length) }]
      : []),
    ...(long ? [{ fault: 'tooManyRows' as const, value: long.id }] : []),
    ...(grades > GRADES_MAX ? [{ fault: 'tooManyGrades' as const, value: String(grades) }] : []),
  ];
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
