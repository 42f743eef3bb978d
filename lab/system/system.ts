import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { serverOptions } from '../../scripts/runtime-options.mjs';
import { inspectorAddress } from '../profile/inspector.ts';
import { MAIN, ROOT } from './command.ts';

/** The system under test. */
export type System = {
  /** Such as `http://127.0.0.1:41235`. */
  readonly address: string;
  /** Undefined for one that somebody else started. */
  readonly pid?: number;
  readonly dataDir?: string;
  /** Where its inspector listens, for one that was started to be profiled. */
  readonly inspector?: string | undefined;
  /** What a command needs to reach the same database. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Stops it, works on its database, and starts it again at the same address; there where the lab started it.
   * @throws Error when it does not come back
   */
  readonly whileStopped?: (work: () => Promise<void>) => Promise<void>;
  stop(): Promise<void>;
};

export type SystemOptions = {
  readonly environment?: Readonly<Record<string, string>>;
  /** The program to start, relative to the root of the repository. */
  readonly entry?: string;
  /** With an inspector, on this machine only. */
  readonly inspect?: boolean;
};

const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 30_000;
/** The system ends when this stream does: also when the lab is killed. See scripts/run-child.mjs. */
const PARENT_DESCRIPTOR = 3;

/** How long passes are good, which a stream tells of an admission. */
export const PASS_TTL_MS = 600_000;

/**
 * Loads measure the system, not its limits on guessing and on single accounts, of which there are fewer than people; and most of a long line says nothing during a run,
 * for which nobody is to lose the place.
 */
const ENVIRONMENT = {
  PORT: '0',
  LOG_LEVEL: 'warn',
  SIGN_UPS_PER_MINUTE: '1000000',
  LOG_INS_PER_MINUTE: '1000000',
  ACCOUNT_WRITES_PER_SECOND: '1000000',
  ACCOUNT_WRITES_AT_ONCE: '1000000',
  ACCOUNT_REQUESTS_MAX: '1000000',
  ACCESS_TOKEN_TTL_MS: '14400000',
  SILENT_AFTER_MS: '86400000',
  PASS_TTL_MS: String(PASS_TTL_MS),
};

/**
 * Starts the system with a database of its own and waits until it listens.
 * @throws Error with its output when it does not
 */
export async function startSystem({ environment = {}, ...how }: SystemOptions = {}): Promise<System> {
  const dataDir = await mkdtemp(join(tmpdir(), 'firstcome-lab-'));
  const own = { ...environment, DATA_DIR: dataDir };
  try {
    return new OwnSystem(own, dataDir, how, await launch(own, how));
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
}

type Running = { readonly child: ChildProcess; readonly address: string; readonly inspector?: string };

class OwnSystem implements System {
  readonly address: string;
  readonly dataDir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly #how: SystemOptions;
  #running: Running;

  constructor(environment: System['environment'], dataDir: string, how: SystemOptions, running: Running) {
    this.address = running.address;
    this.dataDir = dataDir;
    this.environment = environment;
    this.#how = how;
    this.#running = running;
  }

  get pid(): number {
    return this.#running.child.pid!;
  }

  get inspector(): string | undefined {
    return this.#running.inspector;
  }

  async whileStopped(work: () => Promise<void>): Promise<void> {
    await end(this.#running.child);
    await work();
    const { port } = new URL(this.address);
    this.#running = await launch({ ...this.environment, PORT: port }, this.#how);
  }

  async stop(): Promise<void> {
    await end(this.#running.child);
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

async function launch(
  environment: System['environment'],
  { entry = MAIN, inspect = false }: SystemOptions,
): Promise<Running> {
  const flags = [...serverOptions(), ...(inspect ? ['--inspect=127.0.0.1:0'] : [])];
  const child = spawn(process.execPath, [...flags, entry, 'serve'], {
    cwd: ROOT,
    env: { ...process.env, ...ENVIRONMENT, ...environment, FIRSTCOME_PARENT_FD: String(PARENT_DESCRIPTOR) },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    // Ctrl-C is for the lab, which stops the system when it has counted.
    detached: true,
  });
  try {
    return { child, ...(await listening(child)) };
  } catch (error) {
    await end(child);
    throw error;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}

type Addresses = Omit<Running, 'child'>;

function listening(child: ChildProcess): Promise<Addresses> {
  const lines: string[] = [];
  let inspector: string | undefined;
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => reject(new Error(`${reason}; it wrote:\n${lines.join('\n')}`));
    const timer = setTimeout(() => fail('the system did not start in time'), START_TIMEOUT_MS);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      fail(`the system ended with ${code ?? signal}`);
    });
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface({ input: stream }).on('line', (line) => {
        if (lines.length < 200) lines.push(line);
        const address = /is running at (http:\S+)/.exec(line)?.[1];
        inspector ??= inspectorAddress(line);
        if (address === undefined) return;
        clearTimeout(timer);
        resolve({ address, ...(inspector === undefined ? {} : { inspector }) });
      });
    }
  });
}

/** A system that runs already; its commands find its database by the environment of this process. */
export function existingSystem(address: string): System {
  return { address: address.replace(/\/$/, ''), environment: {}, stop: () => Promise.resolve() };
}
