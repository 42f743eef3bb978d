import { readFile } from 'node:fs/promises';

/** Descriptors that the process needs besides client connections: database, files, timers. */
const RESERVED = 200;

/**
 * How many client connections this process can hold, from its limit of open files.
 * @returns undefined where the limit cannot be read (no /proc)
 */
export async function openFileLimit(): Promise<number | undefined> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  return soft === undefined ? undefined : Math.max(0, Number(soft) - RESERVED);
}
