import assert from 'node:assert/strict';
import { mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openDataDirectory } from './data-directory.ts';

let root: string;
before(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'fc-')));
});
after(() => rm(root, { recursive: true, force: true }));

test('a directory is made with those above it, also by two at the same time, and found again', async () => {
  const wanted = join(root, 'one', 'two', 'three');
  assert.deepEqual(await Promise.all([openDataDirectory(wanted), openDataDirectory(wanted)]), [
    wanted,
    wanted,
  ]);
  assert.equal(await openDataDirectory(wanted), wanted);
});

test('the path has no symbolic links', async () => {
  const target = await openDataDirectory(join(root, 'target'));
  await symlink(target, join(root, 'link'));
  assert.equal(await openDataDirectory(join(root, 'link')), target);
});

test('what cannot be a directory is refused in one line that says why', async () => {
  const file = join(root, 'file');
  await writeFile(file, '');
  await symlink(join(root, 'nothing'), join(root, 'dangling'));
  for (const [path, reason] of [
    [file, 'a file is in its place'],
    [join(file, 'inner'), 'a file is in its place'],
    [join(root, 'dangling'), 'nothing can be made there'],
    ...(process.platform === 'linux' ? [['/proc/firstcome', 'nothing can be made there'] as const] : []),
  ] as const) {
    await assert.rejects(openDataDirectory(path), {
      code: 'data_directory_not_writable',
      message: `The data directory ${path} cannot be written (${reason}): make it writable, or set DATA_DIR to another folder.`,
    });
  }
});
