import { LatencyHistogram } from '../load/latency-histogram.ts';
import { runCommand } from './command.ts';
import type { System } from './system.ts';

/** How long one commit of one row takes on the database of a system. @throws Error with the reason when it fails */
export async function timeCommits(system: System, count: number): Promise<LatencyHistogram> {
  const words = ['commits', '--count', String(count)];
  const { stdout, stderr, code } = await runCommand(words, { environment: system.environment });
  if (code !== 0) throw new Error(`commits could not be timed: ${stderr.trim()}`);
  const histogram = new LatencyHistogram();
  for (const ms of (JSON.parse(stdout) as { durationsMs: readonly number[] }).durationsMs)
    histogram.record(ms);
  return histogram;
}
