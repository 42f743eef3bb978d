import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  isNode,
  literalText,
  nameOf,
  type ParsedFile,
  parsedReader,
  type ReadParsed,
  readProjectFile,
  type SyntaxNode,
  tableRows,
  targetOf,
  walk,
} from './project.ts';

/** How many rows each chapter of the requirements has: I1 to I6, C1 to C5 and so on. */
const rowsPerChapter = { I: 6, C: 5, W: 10, R: 10, P: 4, E: 5, O: 4, S: 4, D: 10, M: 5, V: 5, U: 3, L: 6 };

/** Every id of the requirements, in their order. */
const requirementIds: readonly string[] = Object.entries(rowsPerChapter).flatMap(([chapter, count]) =>
  Array.from({ length: count }, (_, index) => `${chapter}${index + 1}`),
);

const columns = ['id', 'requirement', 'state', 'shown by', 'still missing'];

/** The titles of the tests that a file runs, as patterns; undefined where there is no such file. */
type TitlesOf = (file: string) => readonly RegExp[] | undefined;

/**
 * What is wrong with the page of the state, as lines; an empty list if nothing. `works` and `partly` need tests that show
 * it, each file with the titles of those meant; `partly` and only `partly` says what is missing.
 */
function findStatusErrors(page: string, titlesOf: TitlesOf): readonly string[] {
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

/**
 * The titles of the tests in a file and in the parts of suites that it imports, as patterns: what a template is filled
 * with may be anything. Left out is what does not run: `test.skip`, `test.todo`, and tests that say so in their options.
 * In a list of cases the title is the first of two, before the function that runs.
 */
function testTitles(file: ParsedFile, read: ReadParsed): readonly RegExp[] {
  const titles: RegExp[] = [];
  const seen = new Set<string>();
  const visit = (one: ParsedFile): void => {
    if (seen.has(one.path)) return;
    seen.add(one.path);
    walk(one.program, (node) => {
      const pattern = titleOf(titleNode(node));
      if (pattern) titles.push(pattern);
      const imported = node.type === 'ImportDeclaration' ? importedPart(one.path, node) : undefined;
      const part = imported === undefined ? undefined : read(imported);
      if (part) visit(part);
    });
  };
  visit(file);
  return titles;
}

/** Parts of a suite lie beside it and are no tests of their own, such as `seat-holds.rules.ts`. */
function importedPart(from: string, node: SyntaxNode): string | undefined {
  return targetOf(from, literalText(node['source']) ?? '');
}

function titleNode(node: SyntaxNode): unknown {
  if (node.type === 'CallExpression') {
    const [title, ...rest] = node['arguments'] as readonly SyntaxNode[];
    return isRunning(node['callee']) && rest.some(isFunction) && !rest.some(isLeftOut) ? title : undefined;
  }
  if (node.type !== 'ArrayExpression') return undefined;
  const [title, run, ...more] = node['elements'] as readonly (SyntaxNode | null)[];
  return run && isFunction(run) && more.length === 0 ? title : undefined;
}

/** `test(…)`, `it(…)`, and `t.test(…)` of a part of a test. */
function isRunning(callee: unknown): boolean {
  if (!isNode(callee)) return false;
  const name = callee.type === 'MemberExpression' ? nameOf(callee['property']) : nameOf(callee);
  return name === 'test' || name === 'it';
}

function isFunction({ type }: SyntaxNode): boolean {
  return type === 'ArrowFunctionExpression' || type === 'FunctionExpression';
}

/** Options that keep a test from running whatever happens. */
function isLeftOut(node: SyntaxNode): boolean {
  if (node.type !== 'ObjectExpression') return false;
  return (node['properties'] as readonly SyntaxNode[]).some((property) => {
    const value = property['value'];
    const isAlways = isNode(value) && value.type === 'Literal' && value['value'] !== false;
    return ['skip', 'todo'].includes(nameOf(property['key']) ?? '') && isAlways;
  });
}

function titleOf(node: unknown): RegExp | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Literal' && typeof node['value'] === 'string') return exactly([node['value']]);
  if (node.type !== 'TemplateLiteral') return undefined;
  return exactly(
    (node['quasis'] as readonly { readonly value: { readonly cooked: string } }[]).map(
      ({ value }) => value.cooked,
    ),
  );
}

function exactly(parts: readonly string[]): RegExp {
  const escaped = parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${escaped.join('.+')}$`, 's');
}

test('docs/status.md gives the state of every requirement and the tests that show it', () => {
  const read = parsedReader();
  const titlesOf = (file: string) => {
    const parsed = read(file);
    return parsed && testTitles(parsed, (part) => (part.startsWith('src/') ? undefined : read(part)));
  };
  assert.deepEqual(findStatusErrors(readProjectFile('docs/status.md'), titlesOf), []);
});

test('the tests of a file are those that run, its own and those of the parts of its suite', () => {
  const read = parsedReader({
    'test/a.test.ts': `import { cases } from './a.cases.ts';
      test('plain', () => {});
      it('with options', { timeout: 1 }, async () => {});
      test(\`of \${COUNT} at once (\${how})\`, function () {});
      describe('a group', () => { test('inside', (t) => t.test('of a part', () => {})); });
      test('without a body');
      test.skip('skipped', () => {});
      test.todo('to do', () => {});
      test('left out', { skip: 'for good' }, () => {});
      pattern.exec('no test', () => {});`,
    'test/a.cases.ts': `export const cases = [['a case', async (app) => {}], ['a row', 1], ['three', () => {}, 2]];`,
  });
  const titles = testTitles(read('test/a.test.ts')!, read);
  const runs = (title: string) => titles.some((pattern) => pattern.test(title));
  for (const title of ['plain', 'with options', 'of 9 at once (here)', 'inside', 'of a part', 'a case'])
    assert.ok(runs(title), title);
  const others = ['a group', 'without a body', 'skipped', 'to do', 'left out', 'no test', 'a row', 'three'];
  for (const title of [...others, 'plai', 'plain.', 'of  at once ()']) assert.ok(!runs(title), title);
});

describe('the page of the state is refused', () => {
  const shown = '`a.test.ts` › “does this”';
  const head = '| id | requirement | state | shown by | still missing |\n|---|---|---|---|---|\n';
  const titlesOf = (file: string) =>
    file === 'a.test.ts' ? [/^does this$/, /^does .+ at once$/] : undefined;

  /** A page on which every row is right, but for one. */
  function page(changed: string, row: string): string {
    const rows = requirementIds.map((id) => (id === changed ? row : `| ${id} | x | not yet | | |`));
    return head + rows.filter((line) => line !== '').join('\n');
  }

  test('never if all is right', () => {
    assert.equal(requirementIds.length, 77);
    for (const row of [
      `| I1 | x | works | ${shown} | |`,
      `| I1 | x | partly | ${shown} › “does 9 at once”, ${shown} | y |`,
    ])
      assert.deepEqual(findStatusErrors(page('I1', row), titlesOf), []);
  });

  const wrong: readonly (readonly [what: string, row: string, error: RegExp])[] = [
    ['without a row', '', /^W3: is not listed$/],
    [
      'with a row of no requirement',
      '| W3 | x | not yet | | |\n| W11 | x | not yet | | |',
      /^W11: is no req/,
    ],
    ['with a row twice', '| W3 | x | not yet | | |\n| W3 | x | not yet | | |', /^W3: is listed twice$/],
    ['with another state', `| W3 | x | nearly | ${shown} | |`, /^W3: the state "nearly" is unknown$/],
    ['with work that no test shows', '| W3 | x | works | | |', /^W3: names no test/],
    ['with a test that is gone', '| W3 | x | works | `b.test.ts` | |', /^W3: b\.test\.ts does not exist$/],
    ['with a file that is no test', '| W3 | x | works | `a.ts` | |', /^W3: a\.ts is no test$/],
    [
      'with a file alone',
      '| W3 | x | works | `a.test.ts` | |',
      /^W3: a\.test\.ts is named without the title/,
    ],
    [
      'with a title that no test has',
      '| W3 | x | works | `a.test.ts` › “does” | |',
      /^W3: a\.test\.ts runs no test “does”$/,
    ],
    ['with words for a test', `| W3 | x | works | ${shown}, seen | |`, /^W3: "seen" names no test$/],
    ['with half of it and no word on the rest', `| W3 | x | partly | ${shown} | |`, /^W3: "partly" says/],
    ['with all of it and something missing', `| W3 | x | works | ${shown} | y |`, /^W3: "partly" says/],
    ['with a cell too few', '| W3 | x | not yet | |', /^W3: has 4 cells$/],
  ];
  for (const [what, row, error] of wrong)
    test(what, () => {
      const errors = findStatusErrors(page('W3', row), titlesOf);
      assert.equal(errors.length, 1, JSON.stringify(errors));
      assert.match(errors[0] ?? '', error);
    });
});
