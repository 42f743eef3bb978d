import { tableRows } from './markdown.ts';

/** How many rows each chapter of the requirements has: I1 to I6, C1 to C5 and so on. */
const rowsPerChapter = { I: 6, C: 5, W: 10, R: 10, P: 4, E: 5, O: 4, S: 4, D: 10, M: 5, V: 5, U: 3, L: 6 };

/** Every id of the requirements, in their order. */
export const requirementIds: readonly string[] = Object.entries(rowsPerChapter).flatMap(([chapter, count]) =>
  Array.from({ length: count }, (_, index) => `${chapter}${index + 1}`),
);

const columns = ['id', 'requirement', 'state', 'shown by', 'still missing'];

/** The titles of the tests that a file runs, as patterns; undefined where there is no such file. */
export type TitlesOf = (file: string) => readonly RegExp[] | undefined;

/**
 * What is wrong with the page of the state, as lines; an empty list if nothing. `works` and `partly` need tests that show
 * it, each file with the titles of those meant; `partly` and only `partly` says what is missing.
 */
export function findStatusErrors(page: string, titlesOf: TitlesOf): readonly string[] {
  const rows = tableRows(page, columns);
  const ids = rows.map((cells) => cells[0] ?? '');
  const missing = requirementIds.filter((id) => !ids.includes(id)).map((id) => `${id}: is not listed`);
  const unknown = ids.filter((id) => !requirementIds.includes(id)).map((id) => `${id}: is no requirement`);
  const doubled = ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id}: is listed twice`);
  return [...missing, ...unknown, ...doubled, ...rows.flatMap((cells) => errorsOfRow(cells, titlesOf))];
}

function errorsOfRow(cells: readonly string[], titlesOf: TitlesOf): readonly string[] {
  const [id = '', requirement = '', state = '', shownBy = '', lack = ''] = cells;
  const tests = [...shownBy.matchAll(NAMED_TESTS)];
  const errors: string[] = [];
  if (cells.length !== columns.length) errors.push(`${id}: has ${cells.length} cells`);
  if (requirement === '') errors.push(`${id}: does not say what it is`);
  if (!['works', 'partly', 'not yet'].includes(state)) errors.push(`${id}: the state "${state}" is unknown`);
  if (state !== 'not yet' && tests.length === 0) errors.push(`${id}: names no test that shows it`);
  if ((state === 'partly') !== (lack !== ''))
    errors.push(`${id}: "partly" says what is missing, and nothing else does`);
  const rest = shownBy.replaceAll(NAMED_TESTS, '').replaceAll(/[\s,]/g, '');
  if (rest !== '') errors.push(`${id}: "${rest}" names no test`);
  for (const [, file = '', titles = ''] of tests) errors.push(...errorsOfTest(id, file, titles, titlesOf));
  return errors;
}

/** A file, and titles of tests in it: `a.test.ts` › “does this” › “does that”. */
const NAMED_TESTS = /`([^`]+)`((?: › “[^”]+”)*)/g;

function errorsOfTest(id: string, file: string, titles: string, titlesOf: TitlesOf): readonly string[] {
  if (!/\.test\.(?:ts|mjs)$/.test(file)) return [`${id}: ${file} is no test`];
  const known = titlesOf(file);
  if (!known) return [`${id}: ${file} does not exist`];
  const named = [...titles.matchAll(/“([^”]+)”/g)].map((match) => match[1] ?? '');
  if (named.length === 0) return [`${id}: ${file} is named without the title of a test`];
  return named
    .filter((title) => !known.some((pattern) => pattern.test(title)))
    .map((title) => `${id}: ${file} runs no test “${title}”`);
}
