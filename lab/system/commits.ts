import { runSystemCommand } from '../../traffic/system-process.ts';
import { LatencyHistogram } from '../load/latency-histogram.ts';
import type { System } from './system.ts';

export type CommitSeries = { readonly count: number; readonly perSecond?: number };

/** How long one commit of one row takes on the database of a system. @throws Error with the reason when it fails */
export async function timeCommits(
  system: System,
  { count, perSecond }: CommitSeries,
): Promise<LatencyHistogram> {
  const words = ['commits', '--count', String(count)];
  if (perSecond !== undefined) words.push('--per-second', String(perSecond));
  const { stdout, stderr, code } = await runSystemCommand(words, { environment: system.environment });
  if (code !== 0) throw new Error(`commits could not be timed: ${stderr.trim()}`);
  const histogram = new LatencyHistogram();
  for (const ms of (JSON.parse(stdout) as { durationsMs: readonly number[] }).durationsMs)
    histogram.record(ms);
  return histogram;
}
