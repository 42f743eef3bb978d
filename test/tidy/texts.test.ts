import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import {
  createIgnore,
  listProjectFiles,
  readProjectFile,
  repositoryRoot,
  type SourceFile,
} from './project.ts';

/** Folders in which people and machines work; a path into one holds on that machine alone. */
const machinePath = /(?<![\w.])\/(?:work|root|home|Users)\/[\w.-]/;
/** Anyone who wants to remember something opens an issue: a note in the code is forgotten with it. */
const marker = /\b(?:TO(?:DO)|FIX(?:ME))\b/; // in brackets, so that this line is not one itself

/** What a committed text may not hold, as `file:line: why`. */
function findStrayText(file: SourceFile): readonly string[] {
  const found: string[] = [];
  for (const [index, line] of file.text.split('\n').entries()) {
    const place = `${file.path}:${index + 1}`;
    if (machinePath.test(line)) found.push(`${place}: names a path of one machine`);
    if (marker.test(line)) found.push(`${place}: holds a note of work to be done`);
    if (line.endsWith('\r')) found.push(`${place}: ends in a carriage return`);
    else if (/[ \t]$/.test(line)) found.push(`${place}: ends in blanks`);
  }
  if (file.text !== '' && !file.text.endsWith('\n')) found.push(`${file.path}: the last line has no end`);
  return found;
}

/**
 * Packages whose address a lockfile fixes. A clone installs from whatever registry its user has configured, so the
 * lockfile may hold names, versions and checksums, but no host.
 */
function findRegistryHosts(lockfile: string): readonly string[] {
  const { packages } = JSON.parse(lockfile) as { packages: Record<string, { resolved?: string }> };
  return Object.entries(packages).flatMap(([name, { resolved }]) =>
    resolved === undefined || resolved.startsWith('file:') ? [] : [`${name}: ${resolved}`],
  );
}

const withoutBlocks = (markdown: string) => markdown.replace(/^```[\s\S]*?^```/gm, '');

/** What the headings of a Markdown file can be linked by, as GitHub names it. */
function findAnchors(markdown: string): readonly string[] {
  return [...withoutBlocks(markdown).matchAll(/^#+ +(.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/**
 * Relative links of a Markdown file that lead to no file or folder, or to no heading of it, as `file: target`.
 * `read` gives the text of what is there.
 */
function findDeadLinks(file: SourceFile, read: (target: string) => string | undefined): readonly string[] {
  const prose = withoutBlocks(file.text).replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s#]+)(?:#([^)\s]*))?\)/g)].flatMap(([, target = '', anchor]) => {
    if (/^[a-z][a-z+.-]*:/i.test(target)) return [];
    const text = read(path.posix.join(path.posix.dirname(file.path), target));
    if (text === undefined) return [`${file.path}: ${target}`];
    return anchor === undefined || findAnchors(text).includes(anchor)
      ? []
      : [`${file.path}: ${target}#${anchor}`];
  });
}

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

  test('link to files and headings that exist', () => {
    const documents = texts.filter((file) => file.path.endsWith('.md'));
    const read = (target: string) => {
      if (target.endsWith('.md')) return documents.find((file) => file.path === target)?.text;
      return existsSync(path.join(repositoryRoot, target)) ? '' : undefined;
    };
    assert.deepEqual(
      documents.flatMap((file) => findDeadLinks(file, read)),
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
    const known = (target: string) => (target === 'd.md' ? '# E\n' : undefined);
    assert.deepEqual(findDeadLinks({ path: 'docs/x.md', text }, known), ['docs/x.md: b.md']);
  });

  test('a link to a heading that is not there', () => {
    const text = '[a](b.md#2-to-be-seen-it-is) [c](b.md#3-gone)\n';
    const read = () => '## 2. To be seen: it is\n\n```\n## 3. Gone\n```\n';
    assert.deepEqual(findDeadLinks({ path: 'x.md', text }, read), ['x.md: b.md#3-gone']);
  });
});

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
    for (const file of ['package.json', 'test/tidy/project.ts', '.github/workflows/ci.yml'])
      assert.ok(files.has(file), file);
    assert.ok([...files].every((file) => !/(?:^|\/)(?:node_modules|\.git)\//.test(file)));
  });
});

/** How many files a reader opens at most from the route to the SQL; the platform's hooks count as one. */
const FILES_MAX = { 'A seat hold': 25, 'A join': 20 };

function filesOf(name: string): readonly string[] {
  const line = readProjectFile('ARCHITECTURE.md')
    .split('\n')
    .find((text) => text.startsWith(`- **${name}**`));
  assert.ok(line, `ARCHITECTURE.md lists no files of "${name}"`);
  return [...line.matchAll(/`(src\/[^`]+)`/g)].map((match) => match[1]!);
}

for (const [name, max] of Object.entries(FILES_MAX)) {
  test(`${name} passes at most ${max} files, and each of them exists`, () => {
    const files = filesOf(name);
    assert.ok(files.length > 10 && files.length <= max, `${files.length} files`);
    assert.equal(new Set(files).size, files.length, 'a file is listed twice');
    assert.deepEqual(
      files.filter((file) => !existsSync(path.join(repositoryRoot, file))),
      [],
    );
  });
}
