import { readFile } from 'node:fs/promises';
import { Fault } from '../kernel/faults.ts';

/** Descriptors that the process needs besides connections: files, pipes, timers, what is being opened. */
const RESERVED = 200;
/** With fewer the system could not even serve its own pages. */
const CONNECTIONS_MIN = 16;

/**
 * How many client connections this process can hold: its limit of open files, less its connections to PostgreSQL and
 * what it needs besides. Beyond that no file could be opened and no connection to the database made.
 * @returns undefined where the limit cannot be read (no /proc)
 * @throws Fault `open_files` where it leaves no room
 */
export async function connectionsWithin(databaseConnectionsMax: number): Promise<number | undefined> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  if (soft === undefined) return undefined;
  const left = Number(soft) - databaseConnectionsMax - RESERVED;
  if (left >= CONNECTIONS_MIN) return left;
  const wanted = databaseConnectionsMax + RESERVED + CONNECTIONS_MIN;
  throw new Fault(
    'open_files',
    `The limit of open files is ${soft}, and ${wanted} are needed at least: raise it (ulimit -n), ` +
      'or lower DATABASE_CONNECTIONS_MAX.',
  );
}
