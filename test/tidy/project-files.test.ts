import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createIgnore, listProjectFiles } from './project-files.ts';

describe('the list of the project’s files', () => {
  test('leaves out what .gitignore names, and nothing else', () => {
    const isIgnored = createIgnore('# made by tools\nnode_modules/\n\n.DS_Store\n*.log\n.lock*\n');
    const cases: readonly (readonly [name: string, isFolder: boolean, expected: boolean])[] = [
      ['node_modules', true, true],
      ['node_modules', false, false],
      ['.DS_Store', false, true],
      ['npm-debug.log', false, true],
      ['log', false, false],
      ['a.logs', false, false],
      ['.lock-7', false, true],
      ['lock', false, false],
      ['catalogue', true, false],
    ];
    for (const [name, isFolder, expected] of cases) assert.equal(isIgnored(name, isFolder), expected, name);
  });

  test('is refused rather than guessed where .gitignore holds another form of pattern', () => {
    for (const pattern of ['/build', 'a/b', '!keep.log', '**/x', 'a?']) {
      assert.throws(() => createIgnore(pattern), /cannot read the pattern/, pattern);
    }
  });

  test('holds the files at the root, in folders and in folders with a full stop', () => {
    const files = new Set(listProjectFiles());
    for (const file of ['package.json', 'test/tidy/project-files.ts', '.github/workflows/ci.yml'])
      assert.ok(files.has(file), file);
    assert.ok([...files].every((file) => !/(?:^|\/)(?:node_modules|\.git)\//.test(file)));
  });
});
