import { execFile } from 'node:child_process';
import { link, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What PostgreSQL writes of itself to postmaster.pid (src/include/utils/pidfile.h). */
export type Postmaster = {
  readonly pid: number;
  /** Its start in epoch seconds, as text: told apart from a later one with the same number. */
  readonly startedAt: string;
  readonly socketDirectory: string;
  readonly status: 'starting' | 'stopping' | 'ready' | 'unknown';
};

const FILE = 'postmaster.pid';

/** The postmaster that the data directory names, dead or alive; undefined if it names none. */
export async function readPostmaster(directory: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(directory, FILE), 'utf8').catch(() => '');
  return parse(text);
}

function parse(text: string): Postmaster | undefined {
  const [pid, , startedAt = '', , socketDirectory = '', , , status = ''] = text.split('\n');
  // A server in single-user mode writes its number as negative.
  const number = Math.abs(Number(pid));
  if (!Number.isSafeInteger(number) || number === 0) return undefined;
  const word = status.trim();
  const known = word === 'starting' || word === 'stopping' || word === 'ready' ? word : 'unknown';
  return { pid: number, startedAt, socketDirectory, status: known };
}

/** Whether a process with this number exists, whatever it is. */
export function processExists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Whether the process is a postmaster of this data directory, and not another program that got its number since.
 * A postmaster works in its data directory.
 */
export async function isPostmaster(pid: number, directory: string): Promise<boolean> {
  if (!processExists(pid)) return false;
  if (process.platform === 'linux') {
    try {
      const [cwd, data] = [await stat(`/proc/${pid}/cwd`), await stat(directory)];
      return cwd.dev === data.dev && cwd.ino === data.ino;
    } catch (error) {
      // A process of a user whose processes this one may not look into; a zombie has no directory any more.
      const code = (error as NodeJS.ErrnoException).code;
      return (code === 'EACCES' || code === 'EPERM') && (await sameOwner(pid, directory));
    }
  }
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(
    () => ({
      stdout: '',
    }),
  );
  return stdout.includes('postgres') && stdout.includes(directory);
}

async function sameOwner(pid: number, directory: string): Promise<boolean> {
  const [owner, data] = [await stat(`/proc/${pid}`).catch(() => undefined), await stat(directory)];
  return owner !== undefined && owner.uid === data.uid;
}

/**
 * Removes the postmaster.pid of a dead postmaster whose number another program has now: PostgreSQL itself would
 * refuse to start. Taken by a rename and put back if it turns out to be a newer one.
 */
export async function removeStaleFile(directory: string, stale: Postmaster): Promise<void> {
  const file = join(directory, FILE);
  const taken = `${file}.stale-${process.pid}`;
  try {
    await rename(file, taken);
    const found = parse(await readFile(taken, 'utf8'));
    if (found?.pid !== stale.pid || found.startedAt !== stale.startedAt) await link(taken, file);
    await unlink(taken);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
