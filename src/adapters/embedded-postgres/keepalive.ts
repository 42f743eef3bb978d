import { closeSync, constants, openSync } from 'node:fs';
import { chmod, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { explainFailure } from './failures.ts';
import { runProgram } from './run-program.ts';
import type { Cluster } from './types.ts';

/**
 * A named pipe in the data directory counts who uses the running PostgreSQL: every process that does holds its
 * write end open, the watchdog beside PostgreSQL waits at its read end. The kernel closes the write end of a
 * process that ends in any way, and at the last one the watchdog reads the end of the file and stops PostgreSQL.
 * Nothing is ever written to it.
 */
export const KEEPALIVE_FILE = 'firstcome.keepalive';

/** Makes the pipe if it is not there. */
export async function ensureKeepalive(cluster: Cluster): Promise<void> {
  const path = keepalivePath(cluster.directory);
  if ((await stat(path).catch(() => undefined))?.isFIFO() === true) return;
  const { directory, account } = cluster;
  const run = await runProgram('mkfifo', ['-m', '600', KEEPALIVE_FILE], { cwd: directory, account });
  const made = await stat(path).catch(() => undefined);
  if (made?.isFIFO() !== true) {
    const what = 'A named pipe could not be made in the data directory';
    throw explainFailure(run.output, { what, dataDir: dirname(directory) });
  }
  await chmod(path, 0o600);
}

/**
 * Joins those who use the running PostgreSQL.
 *
 * @returns the descriptor to hold, or undefined if no watchdog listens.
 */
export function joinKeepalive(directory: string): number | undefined {
  try {
    return openSync(keepalivePath(directory), constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (['ENXIO', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** Both ends, to hand to a watchdog that is being started: it then never waits for a writer that has died. */
export function openBothEnds(directory: string): number {
  return openSync(keepalivePath(directory), constants.O_RDWR | constants.O_NONBLOCK);
}

export function leaveKeepalive(descriptor: number | undefined): void {
  if (descriptor !== undefined) closeSync(descriptor);
}

/** Whether a watchdog listens. */
export function hasWatchdog(directory: string): boolean {
  const descriptor = joinKeepalive(directory);
  leaveKeepalive(descriptor);
  return descriptor !== undefined;
}

function keepalivePath(directory: string): string {
  return join(directory, KEEPALIVE_FILE);
}
