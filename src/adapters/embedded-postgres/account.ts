import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Fault } from '../../kernel/faults.ts';
import type { Account } from './types.ts';

const SEARCH = 1;

/**
 * The account that PostgreSQL runs as, which refuses root; undefined if this process is not root.
 * Data that belongs to an ordinary user stays with that user, so that starting once as root locks nobody out.
 *
 * @throws Fault `postgres_account_missing` as root on a system without any unprivileged account.
 */
export async function chooseAccount(dataDir: string, clusterDir: string): Promise<Account | undefined> {
  if (process.geteuid?.() !== 0) return undefined;
  const cluster = await stat(clusterDir).catch(() => undefined);
  const accounts = await readAccounts();
  if (cluster !== undefined && cluster.uid !== 0) {
    const known = accounts.find((account) => account.uid === cluster.uid);
    return { uid: cluster.uid, gid: cluster.gid, name: known?.name ?? `user ${cluster.uid}` };
  }
  const data = await stat(dataDir);
  // initdb refuses a user without an entry in the list of accounts, as in a container with a mounted volume.
  const owner = data.uid === 0 ? undefined : accounts.find((account) => account.uid === data.uid);
  if (owner !== undefined) return owner;
  for (const name of ['postgres', '_postgres', 'nobody']) {
    const account = accounts.find((candidate) => candidate.name === name && candidate.uid !== 0);
    if (account !== undefined) return account;
  }
  throw new Fault(
    'postgres_account_missing',
    'PostgreSQL refuses to run as root and there is no account "postgres" or "nobody": ' +
      'start as an ordinary user, or point DATABASE_URL at a PostgreSQL of yours.',
  );
}

/**
 * Whether `account` may pass through every directory down to and including `directory`, judged by mode bits.
 * Access control lists are left aside: they can only make the answer too careful.
 */
export async function canReach(directory: string, account: Account | undefined): Promise<boolean> {
  if (account === undefined) return true;
  for (let current = directory; ; current = dirname(current)) {
    const entry = await stat(current);
    const shift = entry.uid === account.uid ? 6 : entry.gid === account.gid ? 3 : 0;
    if (((entry.mode >> shift) & SEARCH) === 0) return false;
    if (dirname(current) === current) return true;
  }
}

/**
 * How PostgreSQL is told its data directory. From a path that its account cannot pass through it is told to use
 * the working directory, which this process enters before it drops its privileges; PostgreSQL itself works with
 * relative paths from then on.
 *
 * @throws Fault `data_directory_unreachable` where the system has no such name for the working directory.
 */
export async function directoryArgument(directory: string, account: Account | undefined): Promise<string> {
  if (await canReach(directory, account)) return directory;
  if (process.platform === 'linux') return '/proc/self/cwd';
  throw new Fault(
    'data_directory_unreachable',
    `PostgreSQL runs as ${account?.name}, who cannot reach ${directory}: set DATA_DIR to a path that others can ` +
      'pass through, or start as an ordinary user.',
  );
}

async function readAccounts(): Promise<Account[]> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    if (name === undefined || !/^-?\d+$/.test(uid ?? '') || !/^-?\d+$/.test(gid ?? '')) return [];
    return [{ name, uid: toUnsigned(Number(uid)), gid: toUnsigned(Number(gid)) }];
  });
}

/** macOS writes the number of `nobody` as -2. */
function toUnsigned(id: number): number {
  return id < 0 ? id + 2 ** 32 : id;
}
