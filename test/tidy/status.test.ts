import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { listProjectFiles, readProjectFile } from './project-files.ts';
import { findStatusErrors, requirementIds } from './status-rules.ts';

test('docs/status.md gives the state of every requirement and the tests that show it', () => {
  const files = new Set(listProjectFiles());
  assert.deepEqual(
    findStatusErrors(readProjectFile('docs/status.md'), (file) => files.has(file)),
    [],
  );
});

describe('the page of the state is refused', () => {
  const head = '| id | requirement | state | shown by | still missing |\n|---|---|---|---|---|\n';
  const exists = (file: string) => file === 'a.test.ts';

  /** A page on which every row is right, but for one. */
  function page(changed: string, row: string): string {
    const rows = requirementIds.map((id) => (id === changed ? row : `| ${id} | x | not yet | | |`));
    return head + rows.filter((line) => line !== '').join('\n');
  }

  test('never if all is right', () => {
    assert.equal(requirementIds.length, 77);
    for (const row of ['| I1 | x | works | `a.test.ts` | |', '| I1 | x | partly | `a.test.ts` | y |'])
      assert.deepEqual(findStatusErrors(page('I1', row), exists), []);
  });

  const wrong: readonly (readonly [what: string, row: string, error: RegExp])[] = [
    ['without a row', '', /^W3: is not listed$/],
    [
      'with a row of no requirement',
      '| W3 | x | not yet | | |\n| W11 | x | not yet | | |',
      /^W11: is no req/,
    ],
    ['with a row twice', '| W3 | x | not yet | | |\n| W3 | x | not yet | | |', /^W3: is listed twice$/],
    ['with another state', '| W3 | x | nearly | `a.test.ts` | |', /^W3: the state "nearly" is unknown$/],
    ['with work that no test shows', '| W3 | x | works | | |', /^W3: names no test/],
    ['with a test that is gone', '| W3 | x | works | `b.test.ts` | |', /^W3: b\.test\.ts does not exist$/],
    ['with a file that is no test', '| W3 | x | works | `a.ts` | |', /^W3: a\.ts is no test$/],
    ['with half of it and no word on the rest', '| W3 | x | partly | `a.test.ts` | |', /^W3: "partly" says/],
    ['with all of it and something missing', '| W3 | x | works | `a.test.ts` | y |', /^W3: "partly" says/],
    ['with a cell too few', '| W3 | x | not yet | |', /^W3: has 4 cells$/],
  ];
  for (const [what, row, error] of wrong)
    test(what, () => {
      const errors = findStatusErrors(page('W3', row), exists);
      assert.equal(errors.length, 1, JSON.stringify(errors));
      assert.match(errors[0] ?? '', error);
    });
});
