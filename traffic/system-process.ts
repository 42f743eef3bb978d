import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { RUNTIME_OPTIONS, serverOptions } from '../scripts/runtime-options.mjs';

export const ROOT: string = fileURLToPath(new URL('../', import.meta.url));
const MAIN = 'src/main.ts';
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 60_000;
const LINES_KEPT_MAX = 2_000;
/** The system ends when this stream does: also when the process that started it is killed. See scripts/run-child.mjs. */
const PARENT_DESCRIPTOR = 3;

type Environment = Readonly<Record<string, string>>;

/** The system as a process of its own. */
export type SystemProcess = {
  /** Such as `http://127.0.0.1:41235`. */
  readonly address: string;
  readonly pid: number;
  /** Kills the process alone (`server`) or its whole group, without warning. */
  kill(what: 'server' | 'group'): Promise<void>;
  /** Asks it to stop, as Ctrl-C does, and kills it when it does not. @returns its exit code */
  stop(): Promise<number | null>;
  /** What it wrote. */
  output(): string;
};

export type SystemProcessOptions = {
  /** Beside that of this process. */
  readonly environment: Environment;
  /** The program to start, relative to the root of the repository. */
  readonly entry?: string | undefined;
  /** For Node, besides those that `npm start` gives it. */
  readonly nodeArguments?: readonly string[];
};

/** Starts `serve` and waits until it says where it listens. @throws Error with its output when it does not */
export async function startSystemProcess(options: SystemProcessOptions): Promise<SystemProcess> {
  const { environment, entry = MAIN, nodeArguments = [] } = options;
  const child = spawn(process.execPath, [...serverOptions(), ...nodeArguments, entry, 'serve'], {
    cwd: ROOT,
    env: {
      ...process.env,
      LOG_LEVEL: 'warn',
      ...environment,
      FIRSTCOME_PARENT_FD: String(PARENT_DESCRIPTOR),
    },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    // A terminal's Ctrl-C is for the process that started it.
    detached: true,
  });
  // A child that has ended closes its side: no reason to fail.
  child.stdio[PARENT_DESCRIPTOR]?.on('error', () => undefined);
  const lines: string[] = [];
  const address = await listening(child, lines).catch(async (error: unknown) => {
    await end(child, 'SIGKILL');
    throw error;
  });
  const pid = child.pid ?? 0;
  return {
    address,
    pid,
    output: () => lines.join('\n'),
    async kill(what) {
      if (hasEnded(child)) return;
      const ended = once(child, 'exit');
      process.kill(what === 'group' ? -pid : pid, 'SIGKILL');
      await ended;
    },
    stop: () => end(child, 'SIGINT'),
  };
}

function listening(child: ChildProcess, lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      clearTimeout(timer);
      reject(new Error(`${reason}; it wrote:\n${lines.join('\n')}`));
    };
    const timer = setTimeout(() => fail('the system did not start in time'), START_TIMEOUT_MS);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => fail(`the system ended with ${code ?? signal}`));
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        if (lines.length < LINES_KEPT_MAX) lines.push(line);
        const address = /firstcome is running at (http:\S+)/.exec(line)?.[1];
        if (address === undefined) return;
        clearTimeout(timer);
        resolve(address);
      });
    }
  });
}

async function end(child: ChildProcess, signal: 'SIGINT' | 'SIGKILL'): Promise<number | null> {
  if (hasEnded(child) || child.pid === undefined) return child.exitCode;
  const ended = once(child, 'exit');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
  return child.exitCode;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

export type CommandOptions = {
  /** Beside that of this process. */
  readonly environment?: Environment;
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
export async function runSystemCommand(
  words: readonly string[],
  { environment = {}, toFile, signal }: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [...RUNTIME_OPTIONS, MAIN, ...words], {
    cwd: ROOT,
    env: { ...process.env, LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => child.kill('SIGTERM');
  signal?.addEventListener('abort', stop, { once: true });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const text = { stdout: '', stderr: '' };
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text.stderr += part));
  if (toFile === undefined) {
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text.stdout += part));
  } else {
    await pipeline(child.stdout, createWriteStream(toFile));
  }
  const code = await ended;
  signal?.removeEventListener('abort', stop);
  return { code, ...text };
}
