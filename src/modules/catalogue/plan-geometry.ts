import type { PlanRun } from './plan-format.ts';

export type Position = readonly [x: number, y: number];

/** Number of the i-th seat of a run, from 0. */
export function numberOf(run: PlanRun, i: number): number {
  return run.first + i * (run.step ?? 1);
}

/** Where the i-th seat of a run is drawn, to hundredths. */
export function positionOf(run: PlanRun, i: number): Position {
  if (run.arc) {
    const { centre, radius, from, turn } = run.arc;
    const angle = ((from + i * turn) * Math.PI) / 180;
    return [
      hundredths((centre[0] ?? 0) + radius * Math.cos(angle)),
      hundredths((centre[1] ?? 0) + radius * Math.sin(angle)),
    ];
  }
  const { at = [], by = [] } = run;
  return [hundredths((at[0] ?? 0) + i * (by[0] ?? 0)), hundredths((at[1] ?? 0) + i * (by[1] ?? 0))];
}

function hundredths(value: number): number {
  // Adding zero turns minus zero into zero, which JSON and comparisons would else show.
  return Math.round(value * 100) / 100 + 0;
}
