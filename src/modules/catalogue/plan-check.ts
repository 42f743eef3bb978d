import { type PlanRow, type PlanRun, planLimits, type SeatPlan } from './plan-format.ts';
import { numberOf } from './plan-geometry.ts';
import { countSeats } from './plan-seats.ts';

/** What is wrong with a plan and where, as a JSON pointer into it. */
export type PlanError = { readonly path: string; readonly message: string };

/** More would bury the first. */
const ERRORS_MAX = 20;
const NUMBER_MAX = 99_999;

/**
 * What the plans of one venue's stages have wrong, each and together; a stage without one keeps what it has.
 * @param at pointer to the list of stages
 */
export function checkStages(
  stages: readonly { readonly plan?: SeatPlan }[],
  at: string,
): readonly PlanError[] {
  const seats = stages.reduce((sum, { plan }) => sum + (plan ? countSeats(plan) : 0), 0);
  if (seats > planLimits.seatsPerVenueMax) {
    const message = `have ${seats} seats together, at most ${planLimits.seatsPerVenueMax} are allowed`;
    return [{ path: at, message }];
  }
  return stages.flatMap(({ plan }, i) => (plan ? checkPlan(plan, `${at}/${i}/plan`) : []));
}

/**
 * What a plan of the right form may still have wrong: seats or parts named twice, too many of them,
 * a run that is drawn in two ways or in none.
 * @param at pointer to the plan itself, which the paths begin with
 */
export function checkPlan(plan: SeatPlan, at = ''): readonly PlanError[] {
  const capacity = countSeats(plan);
  // First, since everything below walks over all seats.
  if (capacity > planLimits.seatsMax) {
    const message = `has ${capacity} seats, at most ${planLimits.seatsMax} are allowed`;
    return [{ path: `${at}/sections`, message }];
  }
  const errors = [...checkNames(plan, at), ...checkGrades(plan, at)];
  for (const [s, section] of plan.sections.entries()) {
    for (const [r, row] of section.rows.entries()) {
      errors.push(...checkRow(row, `${at}/sections/${s}/rows/${r}`));
    }
    if (errors.length >= ERRORS_MAX) break;
  }
  return errors.slice(0, ERRORS_MAX);
}

function checkNames(plan: SeatPlan, at: string): PlanError[] {
  const found = repeated(plan.sections).map(({ index, id }) => ({
    path: `${at}/sections/${index}/id`,
    message: `section ${id} is there twice`,
  }));
  for (const [s, section] of plan.sections.entries()) {
    for (const { index, id } of repeated(section.rows)) {
      const path = `${at}/sections/${s}/rows/${index}/id`;
      found.push({ path, message: `row ${id} is there twice in section ${section.id}` });
    }
  }
  return found;
}

function repeated(parts: readonly { readonly id: string }[]): { index: number; id: string }[] {
  const seen = new Set<string>();
  return parts.flatMap(({ id }, index) => {
    if (seen.has(id)) return [{ index, id }];
    seen.add(id);
    return [];
  });
}

function checkGrades(plan: SeatPlan, at: string): PlanError[] {
  const runs = plan.sections.flatMap((section) => section.rows.flatMap((row) => row.runs));
  const grades = new Set(runs.map((run) => run.grade));
  if (grades.size <= planLimits.gradesMax) return [];
  const message = `has ${grades.size} grades, at most ${planLimits.gradesMax} are allowed`;
  return [{ path: `${at}/sections`, message }];
}

function checkRow(row: PlanRow, at: string): PlanError[] {
  const errors: PlanError[] = [];
  const taken = new Set<number>();
  for (const [i, run] of row.runs.entries()) {
    const message = checkRun(run) ?? checkNumbers(run, taken, row.id);
    if (message !== undefined) errors.push({ path: `${at}/runs/${i}`, message });
  }
  return errors;
}

function checkRun(run: PlanRun): string | undefined {
  if ((run.at === undefined) === (run.arc === undefined)) return 'needs either `at` or `arc`';
  if (run.arc && run.by) return 'has `by`, which goes with `at` only';
  if (run.count > 1 && run.step === 0) return 'repeats one seat number: `step` must not be 0';
  if (run.count > 1 && run.at && !run.by) return 'needs `by` to set its seats apart';
  const last = numberOf(run, run.count - 1);
  if (last < 0 || last > NUMBER_MAX) return `ends at seat number ${last}, outside of 0 to ${NUMBER_MAX}`;
  return undefined;
}

function checkNumbers(run: PlanRun, taken: Set<number>, row: string): string | undefined {
  for (let i = 0; i < run.count; i++) {
    const number = numberOf(run, i);
    if (taken.has(number)) return `seat ${number} is there twice in row ${row}`;
    taken.add(number);
  }
  return undefined;
}
