import type { ReadPlan } from './plan-text.ts';
import { readDrawing } from './read-drawing.ts';
import { readTable } from './seat-table.ts';
import { isTable } from './table-records.ts';

/** Reads a seat plan that somebody wrote, pasted or opened: a drawing of letters, or a table. */
export function readPlan(text: string): ReadPlan {
  return isTable(text) ? readTable(text) : readDrawing(text);
}
