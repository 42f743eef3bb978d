import type { ReadPlan } from './plan-text.ts';
import { isCsv, readCsv } from './read-csv.ts';
import { readDrawing } from './read-drawing.ts';

/** Reads a seat plan that somebody wrote or pasted: a drawing of letters, or a table. */
export function readPlan(text: string): ReadPlan {
  return isCsv(text) ? readCsv(text) : readDrawing(text);
}
