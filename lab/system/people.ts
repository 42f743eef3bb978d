import { runSystemCommand } from '../../traffic/system-process.ts';
import type { System } from './system.ts';

export type PeopleOptions = {
  readonly count: number;
  /** Where they are written, one JSON line each. */
  readonly file: string;
  /** With a pass for this performance. */
  readonly performanceId?: string;
  /** They stand in its line, spread evenly over so many; then the system must be stopped. */
  readonly lineLength?: number;
  readonly signal?: AbortSignal;
};

/** Makes people who can call the system. @throws Error with the reason when that fails */
export async function makePeople(system: System, options: PeopleOptions): Promise<void> {
  const { count, file, performanceId, lineLength, signal } = options;
  const words = ['tokens', '--count', String(count)];
  if (performanceId !== undefined) words.push('--performance', performanceId);
  if (lineLength !== undefined) words.push('--line', String(lineLength));
  else if (performanceId !== undefined) words.push('--passes');
  const { environment } = system;
  const made = await runSystemCommand(words, { environment, toFile: file, ...(signal ? { signal } : {}) });
  signal?.throwIfAborted();
  if (made.code !== 0) throw new Error(`people could not be made: ${made.stderr.trim()}`);
}
