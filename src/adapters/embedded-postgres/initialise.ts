import { randomBytes } from 'node:crypto';
import { appendFile, chown, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Fault } from '../../kernel/faults.ts';
import { directoryArgument } from './account.ts';
import { explainFailure } from './failures.ts';
import { runProgram } from './run-program.ts';
import { INCLUDE_SETTINGS } from './settings.ts';
import { withPlainPath } from './shared-binaries.ts';
import { type Cluster, DATABASE_USER } from './types.ts';

const MIN_FREE_BYTES = 100 * 2 ** 20;
const UNFINISHED_MAX_AGE_MS = 10 * 60_000;
const WHAT = 'The database could not be created';

/** Directories that this very process is filling: a process number alone does not tell them from leftovers. */
const inProgress = new Set<string>();

export type InitialiseOptions = { readonly signal: AbortSignal; onProgress(text: string): void };

/**
 * Initialises the cluster beside its place and renames it, so that it is complete or not there, whenever this
 * process ends. Where another process was faster, its cluster stays.
 *
 * @throws Fault `disk_full`, `postgres_failed` and the others of {@link explainFailure}.
 */
export async function initialiseCluster(cluster: Cluster, options: InitialiseOptions): Promise<void> {
  const { directory, account } = cluster;
  const dataDir = dirname(directory);
  await checkFreeSpace(dataDir);
  options.onProgress('creating the database (only the first time)');
  const temporary = `${directory}.new-${process.pid}-${randomBytes(4).toString('hex')}`;
  inProgress.add(temporary);
  try {
    await mkdir(temporary, { mode: 0o700 });
    if (account !== undefined) await chown(temporary, account.uid, account.gid);
    await runInitdb(cluster, temporary, options.signal);
    await appendFile(join(temporary, 'postgresql.conf'), INCLUDE_SETTINGS);
    await rename(temporary, directory);
    await syncDirectory(dataDir);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    if (['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) return;
    if (error instanceof Fault || options.signal.aborted) throw error;
    throw explainFailure(String(error), { what: WHAT, dataDir, cause: error });
  } finally {
    inProgress.delete(temporary);
  }
}

/** Removes what initialisations that were killed left beside `directory`. */
export async function sweepUnfinished(directory: string): Promise<void> {
  const parent = dirname(directory);
  const prefix = `${basename(directory)}.new-`;
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(parent, name);
    if (await isBeingFilled(path, Number(name.slice(prefix.length).split('-')[0]))) continue;
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function runInitdb(cluster: Cluster, target: string, signal: AbortSignal): Promise<void> {
  const words = [
    ['-D', await directoryArgument(target, cluster.account), '-U', DATABASE_USER, '-A', 'trust'],
    ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ['--text-search-config=simple', '--no-instructions'],
    cluster.durable ? [] : ['--no-sync'],
  ].flat();
  const run = await withPlainPath(cluster.binaries, (directory) =>
    runProgram(join(directory, 'bin', 'initdb'), words, { cwd: target, account: cluster.account, signal }),
  );
  signal.throwIfAborted();
  if (run.code !== 0) throw explainFailure(run.output, { what: WHAT, dataDir: dirname(cluster.directory) });
}

async function checkFreeSpace(dataDir: string): Promise<void> {
  const { bavail, bsize } = await statfs(dataDir);
  if (bavail * bsize >= MIN_FREE_BYTES) return;
  const freeMiB = Math.floor((bavail * bsize) / 2 ** 20);
  throw new Fault(
    'disk_full',
    `The disk that holds the data directory ${dataDir} has ${freeMiB} MB free, and the database needs 100 MB: ` +
      'free some space there, or set DATA_DIR.',
  );
}

async function isBeingFilled(path: string, pid: number): Promise<boolean> {
  if (pid === process.pid) return inProgress.has(path);
  const entry = await stat(path).catch(() => undefined);
  if (entry === undefined || Date.now() - entry.mtimeMs > UNFINISHED_MAX_AGE_MS) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
