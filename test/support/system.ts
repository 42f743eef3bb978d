/** The real system as a process of its own, for tests that kill it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const START_TIMEOUT_MS = 120_000;

/** For tests in which one account stands for a crowd. */
const UNLIMITED = {
  ACCOUNT_WRITES_PER_SECOND: '1000000',
  ACCOUNT_WRITES_AT_ONCE: '1000000',
  ACCOUNT_REQUESTS_MAX: '1000000',
} as const;

export type System = {
  /** Such as `http://127.0.0.1:41235`. */
  readonly address: string;
  readonly pid: number;
  /** Kills the process alone (`server`) or its whole group, without warning. */
  kill(what: 'server' | 'group'): Promise<void>;
  /** Asks it to stop, as Ctrl-C does. @returns its exit code */
  stop(): Promise<number | null>;
  /** What it wrote, for the message of a failed test. */
  output(): string;
};

export type SystemOptions = {
  readonly dataDir: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** A fixed port lets clients keep their address over a restart; a free one by default. */
  readonly port?: number;
};

/** A configuration without the demonstration, with which a start takes a moment. */
export const PRODUCTION = {
  MODE: 'production',
  SECRET_KEY: 'a-secret-of-this-very-test-0123456789',
  ENROLMENT_CODE_SELLER: 'seller-code-of-this-test',
  ENROLMENT_CODE_MANAGER: 'manager-code-of-this-test',
  ENROLMENT_CODE_DRIVER: 'driver-code-of-this-test',
} as const;

/** Starts `serve` and waits until it says where it listens. @throws Error with its output when it does not */
export async function startSystem({ dataDir, environment = {}, port = 0 }: SystemOptions): Promise<System> {
  const child = spawn(process.execPath, ['src/main.ts', 'serve'], {
    cwd: ROOT,
    env: {
      ...process.env,
      PORT: String(port),
      DATA_DIR: dataDir,
      LOG_LEVEL: 'warn',
      ...UNLIMITED,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const lines: string[] = [];
  const address = await listening(child, lines).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  const ended = once(child, 'exit');
  return {
    address,
    pid: child.pid ?? 0,
    output: () => lines.join('\n'),
    async kill(what) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      process.kill(what === 'group' ? -(child.pid ?? 0) : (child.pid ?? 0), 'SIGKILL');
      await ended;
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGINT');
        await ended;
      }
      return child.exitCode;
    },
  };
}

function listening(child: ChildProcess, lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => reject(new Error(`${reason}; it wrote:\n${lines.join('\n')}`));
    const timer = setTimeout(() => fail('the system did not start in time'), START_TIMEOUT_MS);
    child.once('exit', (code, signal) => fail(`the system ended with ${code ?? signal}`));
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        const address = /firstcome is running at (http:\S+)/.exec(line)?.[1];
        if (address === undefined) return;
        clearTimeout(timer);
        resolve(address);
      });
    }
  });
}

/** Runs a command of the system to its end. */
export async function runCommand(
  dataDir: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = spawn(process.execPath, ['src/main.ts', ...words], {
    cwd: ROOT,
    env: { ...process.env, DATA_DIR: dataDir, LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text.stdout += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text.stderr += part));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...text };
}
