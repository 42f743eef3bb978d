import { chmod, chown, lchown, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Fault } from '../../kernel/faults.ts';
import { majorVersion } from './binaries.ts';
import { explainFailure } from './failures.ts';
import { type InitialiseOptions, initialiseCluster, sweepUnfinished } from './initialise.ts';
import { availableMemory, renderSettings, SETTINGS_FILE, tunedSettings } from './settings.ts';
import type { Account, Cluster } from './types.ts';

/**
 * Makes the cluster if there is none, and refuses one that these programs cannot run.
 *
 * @throws Fault `postgres_version`, `data_directory_not_writable`, `data_directory_foreign`, and those of
 *   {@link initialiseCluster}.
 */
export async function ensureCluster(cluster: Cluster, options: InitialiseOptions): Promise<void> {
  await sweepUnfinished(cluster.directory);
  if (!(await isInitialised(cluster.directory))) await initialiseCluster(cluster, options);
  await checkVersion(cluster);
  await checkOwner(cluster);
  await writeSettings(cluster);
}

async function isInitialised(directory: string): Promise<boolean> {
  const entries = await readdir(directory).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw belongsToAnother(directory, error);
  });
  if (entries.includes('PG_VERSION')) return true;
  if (entries.length === 0) return false;
  throw new Fault(
    'data_directory_foreign',
    `${directory} is not a data directory of PostgreSQL (it has no PG_VERSION): move it away, or set DATA_DIR.`,
  );
}

async function checkVersion(cluster: Cluster): Promise<void> {
  const found = (await readFile(join(cluster.directory, 'PG_VERSION'), 'utf8')).trim();
  const ours = majorVersion(cluster.binaries);
  if (found === ours) return;
  throw new Fault(
    'postgres_version',
    `${cluster.directory} holds data of PostgreSQL ${found}, and this program runs PostgreSQL ${ours}: ` +
      `run PostgreSQL ${found} on it and name it by DATABASE_URL, or move the folder away to begin empty.`,
  );
}

/** PostgreSQL insists on its owner and mode, which a copy made by root (`cp -r`) has lost. */
async function checkOwner({ directory, account }: Cluster): Promise<void> {
  const entry = await stat(directory);
  const uid = account?.uid ?? process.geteuid?.();
  if (uid !== undefined && entry.uid !== uid) {
    if (account === undefined || entry.uid !== 0) throw belongsToAnother(directory, undefined);
    await giveTo(directory, account);
  }
  if ((entry.mode & 0o077) !== 0) await chmod(directory, 0o700);
}

async function giveTo(directory: string, account: Account): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await giveTo(path, account);
    else await lchown(path, account.uid, account.gid);
  }
  await lchown(directory, account.uid, account.gid);
}

/** Written beside and renamed: half a file would stop the next start. */
async function writeSettings({ directory, account, durable, poolSize }: Cluster): Promise<void> {
  const file = join(directory, SETTINGS_FILE);
  const text = renderSettings(tunedSettings(availableMemory(), { durable, poolSize }));
  if ((await readFile(file, 'utf8').catch(() => '')) === text) return;
  const temporary = `${file}.${process.pid}`;
  try {
    await writeFile(temporary, text, { mode: 0o600 });
    if (account !== undefined) await chown(temporary, account.uid, account.gid);
    await rename(temporary, file);
  } catch (cause) {
    const what = 'The settings of the database could not be written';
    throw explainFailure(String(cause), { what, dataDir: dirname(directory), cause });
  }
}

function belongsToAnother(directory: string, cause: unknown): Fault {
  return new Fault(
    'data_directory_not_writable',
    `${directory} belongs to another user: start as that user or as root, or set DATA_DIR to a folder of your own.`,
    { cause },
  );
}
