import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { RUNTIME_OPTIONS } from '../../scripts/runtime-options.mjs';

export const ROOT: string = fileURLToPath(new URL('../../', import.meta.url));
export const MAIN = 'src/main.ts';

export type CommandOptions = {
  /** Beside that of this process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where standard output goes instead of into memory. */
  readonly toFile?: string;
  readonly signal?: AbortSignal;
};

export type CommandResult = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** Runs a command of the system to its end, as `npm run cli` does. */
export async function runCommand(words: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const child = spawn(process.execPath, [...RUNTIME_OPTIONS, MAIN, ...words], {
    cwd: ROOT,
    env: { ...process.env, LOG_LEVEL: 'warn', ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => child.kill('SIGTERM');
  options.signal?.addEventListener('abort', stop, { once: true });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const text = { stdout: '', stderr: '' };
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text.stderr += part));
  if (options.toFile === undefined) {
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text.stdout += part));
  } else {
    await pipeline(child.stdout, createWriteStream(options.toFile));
  }
  const code = await ended;
  options.signal?.removeEventListener('abort', stop);
  return { code, ...text };
}
