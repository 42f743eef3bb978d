import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { listProjectFiles, readProjectFile, repositoryRoot } from './project-files.ts';
import { findDeadLinks, findRegistryHosts, findStrayText } from './text-rules.ts';

const texts = listProjectFiles()
  .map((file) => ({ path: file, text: readProjectFile(file) }))
  .filter(({ text }) => !text.includes('\0'));

describe('the texts of the project', () => {
  test('name no machine, hold no notes, and end their lines cleanly', () => {
    assert.deepEqual(texts.flatMap(findStrayText), []);
  });

  test('fix no registry that packages come from', () => {
    assert.deepEqual(findRegistryHosts(readProjectFile('package-lock.json')), []);
    assert.doesNotMatch(readProjectFile('.npmrc'), /registry\s*=|_auth/);
  });

  test('link to files that exist', () => {
    const documents = texts.filter((file) => file.path.endsWith('.md'));
    const exists = (target: string) => existsSync(path.join(repositoryRoot, target));
    assert.deepEqual(
      documents.flatMap((file) => findDeadLinks(file, exists)),
      [],
    );
  });

  test('are all seen', () => {
    for (const file of ['package-lock.json', '.ci/run', '.github/workflows/ci.yml', 'LICENSE', 'README.md'])
      assert.ok(
        texts.some((text) => text.path === file),
        `did not see ${file}`,
      );
  });
});

describe('the text rules report', () => {
  // Put together here, so that this file does not hold what it looks for.
  const machinePaths = ['work', 'root', 'home', 'Users'].map((name) => `/${name}/someone/x`);
  const markers = ['TO', 'FIX'].map((start, index) => `${start}${['DO', 'ME'][index]}`);

  for (const name of machinePaths)
    test(`the path ${name.split('/')[1]}`, () => {
      for (const text of [name, `"${name}"`, `cd ${name}`, `file://${name}`])
        assert.deepEqual(findStrayText({ path: 'a', text: `x\n${text}\n` }), [
          'a:2: names a path of one machine',
        ]);
    });

  for (const word of markers)
    test(`the note ${word.toLowerCase()}`, () => {
      assert.equal(findStrayText({ path: 'a', text: `// ${word}: later\n` }).length, 1);
    });

  test('blanks and carriage returns at the end of a line, and a last line without one', () => {
    assert.equal(findStrayText({ path: 'a', text: 'x \ny\r\nz' }).length, 3);
  });

  test('nothing in ordinary text', () => {
    const text = `see https://example.org/home/page\nnetwork/work/x\nthe to-do list, a method\na/root/b\n`;
    assert.deepEqual(findStrayText({ path: 'a', text }), []);
  });

  test('an address in a lockfile', () => {
    const lockfile = (resolved: string) =>
      JSON.stringify({ packages: { '': {}, 'node_modules/a': { resolved }, 'node_modules/b': {} } });
    assert.equal(findRegistryHosts(lockfile('https://packages.example/a.tgz')).length, 1);
    assert.deepEqual(findRegistryHosts(lockfile('file:../a')), []);
  });

  test('a dead link, but no link outside, in code or to an existing file', () => {
    const text = '[a](b.md) [c](../d.md#e) [f](https://example.org) `[g](h.md)`\n```\n[i](j.md)\n```\n';
    const known = (target: string) => target === 'd.md';
    assert.deepEqual(findDeadLinks({ path: 'docs/x.md', text }, known), ['docs/x.md: b.md']);
  });
});
