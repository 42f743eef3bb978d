import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { LatencyHistogram } from '../load/latency-histogram.ts';

const PROBER = fileURLToPath(new URL('./prober.ts', import.meta.url));
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

export type Probe = {
  readonly url: string;
  readonly perSecond: number;
  readonly durationMs: number;
  readonly accessToken?: string;
};

/** Lets the prober measure in a process of its own. @throws Error when it gets another answer than 200 */
export async function runProber({
  url,
  perSecond,
  durationMs,
  accessToken,
}: Probe): Promise<LatencyHistogram> {
  const words = [PROBER, url, String(perSecond), String(durationMs)];
  if (accessToken !== undefined) words.push(accessToken);
  const { stdout } = await promisify(execFile)(process.execPath, words, { maxBuffer: OUTPUT_BYTES_MAX });
  const histogram = new LatencyHistogram();
  for (const ms of JSON.parse(stdout) as readonly number[]) histogram.record(ms);
  return histogram;
}
