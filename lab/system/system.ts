import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SystemProcess, startSystemProcess } from '../../traffic/system-process.ts';
import { inspectorAddress } from '../profile/inspector.ts';

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

/** How long passes are good, which a stream tells of an admission. */
export const PASS_TTL_MS = 600_000;

/**
 * Loads measure the system, not its limits on guessing and on single accounts, of which there are fewer than people; and
 * most of a long line says nothing during a run, for which nobody is to lose the place.
 */
const ENVIRONMENT = {
  PORT: '0',
  SIGN_UPS_PER_MINUTE: '1000000',
  LOG_INS_PER_MINUTE: '1000000',
  ACCOUNT_WRITES_PER_SECOND: '1000000',
  ACCOUNT_WRITES_AT_ONCE: '1000000',
  ACCOUNT_READS_PER_SECOND: '1000000',
  ACCOUNT_REQUESTS_MAX: '1000000',
  ACCESS_TOKEN_TTL_MS: '14400000',
  SILENT_AFTER_MS: '86400000',
  // Files of all events are the demonstration's, and no part of what is compared.
  EXPORT_TO: 'off',
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

class OwnSystem implements System {
  readonly address: string;
  readonly dataDir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly #how: SystemOptions;
  #running: SystemProcess;

  constructor(
    environment: System['environment'],
    dataDir: string,
    how: SystemOptions,
    running: SystemProcess,
  ) {
    this.address = running.address;
    this.dataDir = dataDir;
    this.environment = environment;
    this.#how = how;
    this.#running = running;
  }

  get pid(): number {
    return this.#running.pid;
  }

  get inspector(): string | undefined {
    return this.#running
      .output()
      .split('\n')
      .map(inspectorAddress)
      .find((address) => address !== undefined);
  }

  async whileStopped(work: () => Promise<void>): Promise<void> {
    await this.#running.stop();
    await work();
    const { port } = new URL(this.address);
    this.#running = await launch({ ...this.environment, PORT: port }, this.#how);
  }

  async stop(): Promise<void> {
    await this.#running.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

function launch(
  environment: System['environment'],
  { entry, inspect = false }: SystemOptions,
): Promise<SystemProcess> {
  return startSystemProcess({
    environment: { ...ENVIRONMENT, ...environment },
    entry,
    nodeArguments: inspect ? ['--inspect=127.0.0.1:0'] : [],
  });
}

/** A system that runs already; its commands find its database by the environment of this process. */
export function existingSystem(address: string): System {
  return { address: address.replace(/\/$/, ''), environment: {}, stop: () => Promise.resolve() };
}
