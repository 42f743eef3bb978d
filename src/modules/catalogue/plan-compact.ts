import { createHash } from 'node:crypto';
import type { PlanRun, SeatPlan } from './plan-format.ts';
import { numberOf, positionOf } from './plan-geometry.ts';

type Stage = NonNullable<SeatPlan['stage']>;

const STEP_MAX = 100;
const BY_MAX = 100_000;
/** `by` is read at up to 50,000 seats' distance and rounded to hundredths. */
const BY_PRECISION = 1e8;

/**
 * The shortest writing of the same seats that neighbouring runs allow: those that go on in number, grade
 * and place become one. So a seller may send one run per seat, as drawing programs export them, and what
 * is stored and sent to every visitor stays small. Seats, their order and their places do not change.
 */
export function compactPlan(plan: SeatPlan): SeatPlan {
  return {
    ...(plan.stage === undefined ? {} : { stage: normalStage(plan.stage) }),
    sections: plan.sections.map(({ id, name, rows }) => ({
      id,
      ...(name === undefined ? {} : { name }),
      rows: rows.map((row) => ({ id: row.id, runs: mergeRuns(row.runs) })),
    })),
  };
}

function normalStage({ x, y, width, height }: Stage): Stage {
  return { x, y, width, height };
}

/** Names a plan by its content. Plans of equal seats but different writing may differ; compact first. */
export function hashPlan(plan: SeatPlan): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('base64url').slice(0, 32);
}

function mergeRuns(runs: readonly PlanRun[]): PlanRun[] {
  const merged: PlanRun[] = [];
  for (const run of runs) {
    const last = merged.at(-1);
    const both = last && joined(last, run);
    if (both) merged[merged.length - 1] = both;
    else merged.push(normal(run));
  }
  return merged;
}

/** One run for two that follow each other, or undefined where it would change a seat. */
function joined(a: PlanRun, b: PlanRun): PlanRun | undefined {
  const step = a.count > 1 ? (a.step ?? 1) : b.first - a.first;
  const numbersGoOn =
    step !== 0 &&
    Math.abs(step) <= STEP_MAX &&
    b.first === a.first + a.count * step &&
    (b.count === 1 || (b.step ?? 1) === step);
  if (a.grade !== b.grade || !numbersGoOn) return undefined;
  const both = joinedPlace(a, b, { grade: a.grade, first: a.first, count: a.count + b.count, step });
  return both && samePlaces(both, b, a.count) ? normal(both) : undefined;
}

function joinedPlace(a: PlanRun, b: PlanRun, both: PlanRun): PlanRun | undefined {
  if (a.arc && b.arc) {
    const turn = a.count > 1 ? a.arc.turn : b.arc.from - a.arc.from;
    return Math.abs(turn) <= 360 ? { ...both, arc: { ...a.arc, turn } } : undefined;
  }
  if (!a.at || !b.at) return undefined;
  const by = a.count > 1 ? a.by : [apart(a.at[0], b.at[0]), apart(a.at[1], b.at[1])];
  return by?.every((distance) => Math.abs(distance) <= BY_MAX) ? { ...both, at: a.at, by } : undefined;
}

function apart(from = 0, to = 0): number {
  return Math.round((to - from) * BY_PRECISION) / BY_PRECISION;
}

/** Whether `part` stands in `both` where it stood. The first part does by itself: `both` goes on from it. */
function samePlaces(both: PlanRun, part: PlanRun, offset: number): boolean {
  for (let i = 0; i < part.count; i++) {
    const [x, y] = positionOf(part, i);
    const [bothX, bothY] = positionOf(both, offset + i);
    if (x !== bothX || y !== bothY || numberOf(part, i) !== numberOf(both, offset + i)) return false;
  }
  return true;
}

/** The same run with its members in one order and nothing that says nothing, so that equal runs hash alike. */
function normal({ grade, first, count, step = 1, at, by, arc }: PlanRun): PlanRun {
  const single = count === 1;
  return {
    grade,
    first,
    count,
    ...(single || step === 1 ? {} : { step }),
    ...(at ? { at } : {}),
    ...(at && by && !single ? { by } : {}),
    ...(arc
      ? {
          arc: {
            centre: arc.centre,
            radius: arc.radius,
            from: arc.from,
            turn: single ? 0 : arc.turn,
          },
        }
      : {}),
  };
}
