import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { listProjectFiles, readProjectFile } from './project-files.ts';
import { findStatusErrors, requirementIds } from './status-rules.ts';
import { parseFile } from './syntax.ts';
import { testTitles } from './test-titles.ts';

test('docs/status.md gives the state of every requirement and the tests that show it', () => {
  const files = new Set(listProjectFiles());
  const read = (file: string) =>
    files.has(file) ? parseFile({ path: file, text: readProjectFile(file) }) : undefined;
  const titlesOf = (file: string) => {
    const parsed = read(file);
    return parsed && testTitles(parsed, (part) => (part.startsWith('src/') ? undefined : read(part)));
  };
  assert.deepEqual(findStatusErrors(readProjectFile('docs/status.md'), titlesOf), []);
});

test('the tests of a file are those that run, its own and those of the parts of its suite', () => {
  const files: Readonly<Record<string, string>> = {
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
  };
  const read = (path: string) => (path in files ? parseFile({ path, text: files[path]! }) : undefined);
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
