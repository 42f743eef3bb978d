import { type Config, readConfig } from '../config/config.ts';
import { createLogger } from '../platform/observability/logger.ts';
import { createOutput, type Output } from './output.ts';
import { untilToldToStop } from './signals.ts';

export type Tool = {
  readonly config: Config;
  readonly logger: ReturnType<typeof createLogger>;
  /** Standard output, which carries the answer and nothing else. */
  readonly output: Output;
  /** Aborted when the person wants it to stop. */
  readonly signal: AbortSignal;
};

/** As a shell reports a command that Ctrl-C ended. */
const INTERRUPTED = 130;
/** A query that is under way is not waited for; an embedded PostgreSQL stops by itself once nobody uses it. */
const STOP_MS_MAX = 2_000;

/** Runs a command that works beside the system; ends in order when told to stop, with exit code 130. */
export async function runTool(work: (tool: Tool) => Promise<number>): Promise<number> {
  const config = readConfig(process.env);
  const logger = createLogger({ level: 'error', format: 'text', sink: process.stderr });
  const stopping = untilToldToStop();
  const { signal } = stopping;
  const output = createOutput(process.stdout, signal);
  const hurry = () => void setTimeout(() => process.exit(INTERRUPTED), STOP_MS_MAX).unref();
  signal.addEventListener('abort', hurry, { once: true });
  try {
    const code = await work({ config, logger, output, signal });
    if (!signal.aborted) return code;
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    stopping.release();
  }
  // At once: a reader who reads nothing would keep the process waiting with what it still has to write.
  return process.exit(INTERRUPTED);
}
