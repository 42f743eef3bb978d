import { constants } from 'node:fs';
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readlink,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '../../kernel/faults.ts';
import { canReach } from './account.ts';
import type { Account, Binaries } from './types.ts';

const SAMPLES = ['bin/postgres', 'bin/initdb', 'lib/postgresql/plpgsql.so', 'share/postgresql/postgres.bki'];
const WRITABLE_BY_OTHERS = 0o022;
/** What means something between double quotes (POSIX, Shell Command Language, section 2.2.3). */
const SHELL_READS = /["$`\\]/;

/** Where root keeps a copy of the programs that every account can read. */
function sharedPlaces(): string[] {
  return ['/var/lib/firstcome', join(tmpdir(), 'firstcome-shared'), '/tmp/firstcome-shared'];
}

/**
 * The programs at a path that `account` can read: as installed, or else a copy in a place that belongs to root
 * alone (the project may lie under a home directory closed to others). The copy is made once per version.
 *
 * @throws Fault `postgres_binaries_unreachable` if no such place can be had.
 */
export async function binariesFor(
  installed: Binaries,
  account: Account | undefined,
  options: { readonly places?: readonly string[]; onProgress(text: string): void },
): Promise<Binaries> {
  if (account === undefined || (await canUse(installed.directory, account))) return installed;
  for (const place of options.places ?? sharedPlaces()) {
    if (!(await isOwnPlace(place, account))) continue;
    const directory = join(place, `postgresql-${installed.version}`);
    if (!(await isSameCopy(installed.directory, directory))) {
      options.onProgress(
        `copying the PostgreSQL programs to ${directory}, where ${account.name} can read them`,
      );
      await copyPrograms(installed.directory, directory);
    }
    return { directory, version: installed.version };
  }
  throw new Fault(
    'postgres_binaries_unreachable',
    `PostgreSQL runs as ${account.name}, who cannot read ${installed.directory}, and no copy could be made: ` +
      'move the project to a path that others can read, or point DATABASE_URL at a PostgreSQL of yours.',
  );
}

async function canUse(directory: string, account: Account): Promise<boolean> {
  for (const sample of SAMPLES) {
    const file = join(directory, sample);
    if (!(await canReach(join(file, '..'), account))) return false;
    if (((await stat(file)).mode & 0o004) === 0) return false;
  }
  return true;
}

/** Programs are run from there, so nobody but root may have prepared it. */
async function isOwnPlace(place: string, account: Account): Promise<boolean> {
  try {
    await mkdir(place, { recursive: true, mode: 0o755 });
    const entry = await lstat(place);
    const own = entry.isDirectory() && entry.uid === 0 && (entry.mode & WRITABLE_BY_OTHERS) === 0;
    return own && (await canReach(place, account));
  } catch {
    return false;
  }
}

async function isSameCopy(from: string, to: string): Promise<boolean> {
  try {
    for (const sample of SAMPLES) {
      const [source, copy] = [await stat(join(from, sample)), await stat(join(to, sample))];
      if (source.size !== copy.size) return false;
    }
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs `work` with programs at a path that a shell reads as it stands: initdb hands its own to one, in double quotes.
 * Where the project lies at another, they are copied for so long.
 */
export async function withPlainPath<T>(
  binaries: Binaries,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  if (!SHELL_READS.test(binaries.directory)) return work(binaries.directory);
  const parent = await mkdtemp(join(SHELL_READS.test(tmpdir()) ? '/tmp' : tmpdir(), 'firstcome-initdb-'));
  try {
    await chmod(parent, 0o755);
    const directory = join(parent, 'native');
    await copyPrograms(binaries.directory, directory);
    return await work(directory);
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
}

/** Copies beside the target and renames, so that a copy is complete or not there. */
async function copyPrograms(from: string, to: string): Promise<void> {
  const temporary = await mkdtemp(`${to}.new-`);
  try {
    for (const part of ['bin', 'lib', 'share']) await copyTree(join(from, part), join(temporary, part));
    await chmod(temporary, 0o755);
    await rm(to, { recursive: true, force: true });
    await rename(temporary, to);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    // Another process was faster.
    if (!(await isSameCopy(from, to))) throw error;
  }
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { mode: 0o755 });
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyTree(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else if (!entry.name.endsWith('.a')) {
      await copyFile(source, target, constants.COPYFILE_FICLONE);
      await chmod(target, ((await stat(source)).mode & 0o100) === 0 ? 0o644 : 0o755);
    }
  }
}
