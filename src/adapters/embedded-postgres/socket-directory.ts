import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, mkdtemp, realpath, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Fault } from '../../kernel/faults.ts';
import { canReach } from './account.ts';
import type { Account, Cluster } from './types.ts';

/** The shortest limit of sun_path, with its terminating zero: 104 on macOS, 108 on Linux. */
const SOCKET_PATH_BYTES_MAX = 103;
const SOCKET_NAME = '/.s.PGSQL.5432';

/**
 * Makes a directory (mode 0700, of PostgreSQL's account) with a path short enough for a Unix socket. Its name
 * follows from the data directory, so that it stays the same from start to start.
 *
 * @throws Fault `socket_directory_missing` if no temporary directory can be used.
 */
export async function makeSocketDirectory(cluster: Cluster): Promise<string> {
  const { directory, account } = cluster;
  const uid = account?.uid ?? process.geteuid?.() ?? 0;
  const hash = createHash('sha256').update(directory).digest('hex').slice(0, 12);
  for (const parent of new Set([tmpdir(), '/tmp', '/var/tmp', dirname(directory)])) {
    const wanted = join(parent, `firstcome-${hash}`);
    // Room for the suffix that mkdtemp may have to add.
    if (Buffer.byteLength(wanted + SOCKET_NAME) + 7 > SOCKET_PATH_BYTES_MAX) continue;
    const made = await makeIn(parent, wanted, uid, account);
    if (made !== undefined) return made;
  }
  throw new Fault(
    'socket_directory_missing',
    'There is no temporary directory with a short path where PostgreSQL can open its socket: ' +
      'set TMPDIR to one that every user can enter, such as /tmp.',
  );
}

/** Removes the directory once PostgreSQL has removed its socket. */
export async function removeSocketDirectory(directory: string): Promise<void> {
  await rmdir(directory).catch(() => undefined);
}

async function makeIn(
  parent: string,
  wanted: string,
  uid: number,
  account: Account | undefined,
): Promise<string | undefined> {
  try {
    if (!(await canReach(await realpath(parent), account))) return undefined;
    await mkdir(wanted, { mode: 0o700 }).catch(ignoreExisting);
    const entry = await lstat(wanted);
    const mine = entry.isDirectory() && (entry.uid === uid || entry.uid === process.geteuid?.());
    // Others may write to the parent: a directory of somebody else's is left alone, and another name taken.
    const path = mine ? wanted : await mkdtemp(`${wanted}-`);
    await chmod(path, 0o700);
    if (account !== undefined) await chown(path, account.uid, account.gid);
    return path;
  } catch {
    return undefined;
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
