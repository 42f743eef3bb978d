import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readProjectFile, repositoryRoot } from './project-files.ts';

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
