import { constants } from 'node:fs';
import { access, mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Fault } from '../../kernel/faults.ts';
import { explainFailure } from './failures.ts';

/**
 * Makes the data directory if it is not there and returns its path without symbolic links.
 *
 * @throws Fault `data_directory_not_writable`, `disk_full`
 */
export async function openDataDirectory(dataDir: string): Promise<string> {
  const wanted = resolve(dataDir);
  try {
    await makeDirectory(wanted);
    const path = await realpath(wanted);
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return path;
  } catch (cause) {
    throw explain(wanted, cause as NodeJS.ErrnoException);
  }
}

/** Not by `recursive`, with which Node tries forever where a folder refuses new entries with ENOENT (/proc does). */
async function makeDirectory(path: string): Promise<void> {
  const entry = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (entry?.isDirectory() === true) return;
  if (entry === undefined && dirname(path) !== path) await makeDirectory(dirname(path));
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    // Another process was faster, unless a file is in the way.
    if (error.code !== 'EEXIST' || entry !== undefined) throw error;
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EEXIST: 'a file is in its place',
  ENOTDIR: 'a file is in its place',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'the file system is read-only',
  ENOENT: 'nothing can be made there',
};

function explain(dataDir: string, cause: NodeJS.ErrnoException): Fault {
  if (cause.code === 'ENOSPC' || cause.code === 'EDQUOT') {
    return explainFailure(String(cause), { what: 'The data directory could not be made', dataDir, cause });
  }
  const reason = REASONS[cause.code ?? ''] ?? cause.message;
  return new Fault(
    'data_directory_not_writable',
    `The data directory ${dataDir} cannot be written (${reason}): make it writable, or set DATA_DIR to another folder.`,
    { cause },
  );
}
