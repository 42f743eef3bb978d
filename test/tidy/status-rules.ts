import { quotedCode, tableRows } from './markdown.ts';

/** How many rows each chapter of the requirements has: I1 to I6, C1 to C5 and so on. */
const rowsPerChapter = { I: 6, C: 5, W: 10, R: 10, P: 4, E: 5, O: 4, S: 4, D: 10, M: 5, V: 5, U: 3, L: 6 };

/** Every id of the requirements, in their order. */
export const requirementIds: readonly string[] = Object.entries(rowsPerChapter).flatMap(([chapter, count]) =>
  Array.from({ length: count }, (_, index) => `${chapter}${index + 1}`),
);

const columns = ['id', 'requirement', 'state', 'shown by', 'still missing'];

/**
 * What is wrong with the page of the state, as lines; an empty list if nothing. `works` and `partly` need a test that
 * shows it, `partly` and only `partly` says what is missing.
 */
export function findStatusErrors(page: string, exists: (file: string) => boolean): readonly string[] {
  const rows = tableRows(page, columns);
  const ids = rows.map((cells) => cells[0] ?? '');
  const missing = requirementIds.filter((id) => !ids.includes(id)).map((id) => `${id}: is not listed`);
  const unknown = ids.filter((id) => !requirementIds.includes(id)).map((id) => `${id}: is no requirement`);
  const doubled = ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id}: is listed twice`);
  return [...missing, ...unknown, ...doubled, ...rows.flatMap((cells) => errorsOfRow(cells, exists))];
}

function errorsOfRow(cells: readonly string[], exists: (file: string) => boolean): readonly string[] {
  const [id = '', requirement = '', state = '', shownBy = '', lack = ''] = cells;
  const tests = quotedCode(shownBy);
  const errors: string[] = [];
  if (cells.length !== columns.length) errors.push(`${id}: has ${cells.length} cells`);
  if (requirement === '') errors.push(`${id}: does not say what it is`);
  if (!['works', 'partly', 'not yet'].includes(state)) errors.push(`${id}: the state "${state}" is unknown`);
  if (state !== 'not yet' && tests.length === 0) errors.push(`${id}: names no test that shows it`);
  if ((state === 'partly') !== (lack !== ''))
    errors.push(`${id}: "partly" says what is missing, and nothing else does`);
  for (const test of tests) {
    if (!/\.test\.(?:ts|mjs)$/.test(test)) errors.push(`${id}: ${test} is no test`);
    else if (!exists(test)) errors.push(`${id}: ${test} does not exist`);
  }
  return errors;
}
