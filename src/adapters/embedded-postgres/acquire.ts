import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault, UnavailableFault } from '../../kernel/faults.ts';
import { explainFailure } from './failures.ts';
import { hasWatchdog, joinKeepalive, leaveKeepalive } from './keepalive.ts';
import { type Lease, type Role, takeLease } from './lease.ts';
import {
  isPostmaster,
  type Postmaster,
  processExists,
  readPostmaster,
  removeStaleFile,
} from './postmaster.ts';
import { makeSocketDirectory } from './socket-directory.ts';
import { type Cluster, type ConnectionTarget, DATABASE_NAME, DATABASE_USER, SOCKET_PORT } from './types.ts';
import {
  logFileOf,
  STILL_USED_AFTER_MS,
  STOP_MS_MAX,
  type StartedPostgres,
  startPostgres,
} from './watchdog.ts';

/** This process's share in a running PostgreSQL. */
export type Share = {
  readonly target: ConnectionTarget;
  readonly postmaster: Postmaster;
  readonly lease: Lease;
  /** The descriptor that keeps PostgreSQL running. */
  readonly keepalive: number;
};

export type AcquireOptions = {
  readonly role: Role;
  readonly signal: AbortSignal;
  onProgress(text: string): void;
};

const POLL_MS = 10;
/** After this long without a postmaster in sight, no matter who keeps the watchdog is out of sight: another container. */
const UNSEEN_MS_MAX = 15_000;
const REFUSING_MS_MAX = 30_000;
const ORPHAN_QUIT_AFTER_MS = 30_000;
const ORPHAN_MS_MAX = 90_000;
const STARTS_MAX = 20;

/** Another process started PostgreSQL in the same moment, or the backends of a killed one are still ending. */
const TRY_AGAIN =
  /lock file "postmaster\.pid" already exists|pre-existing shared memory block|is still in use/;

/**
 * Joins the PostgreSQL that runs on the cluster or starts it, whatever state earlier processes left behind. There
 * are never two: PostgreSQL's own lock decides, and anyone who loses joins the winner.
 */
export async function acquire(cluster: Cluster, options: AcquireOptions): Promise<Share> {
  const attempt = new Attempt(cluster, options);
  try {
    for (;;) {
      options.signal.throwIfAborted();
      const share = await attempt.step();
      if (share !== undefined) return share;
      await sleep(POLL_MS);
    }
  } catch (error) {
    await attempt.abandon();
    throw error;
  }
}

class Attempt {
  readonly #cluster: Cluster;
  readonly #options: AcquireOptions;
  #keepalive: number | undefined;
  #started: StartedPostgres | undefined;
  #starts = 0;
  #said = '';
  /** When the present state was entered, and which it is: states that last too long end the attempt. */
  #state = { name: '', sinceMs: 0 };
  #signalled: NodeJS.Signals | undefined;

  constructor(cluster: Cluster, options: AcquireOptions) {
    this.#cluster = cluster;
    this.#options = options;
  }

  /** Looks at what is there and does the next thing. */
  async step(): Promise<Share | undefined> {
    const { directory } = this.#cluster;
    // Joined again every time: the descriptor does not tell that its watchdog has gone.
    const joined = joinKeepalive(directory);
    leaveKeepalive(this.#keepalive);
    this.#keepalive = joined;
    if (this.#started?.hasEnded() === true) return this.#judgeEnd(this.#started);
    const found = await readPostmaster(directory);
    const alive = found !== undefined && (await isPostmaster(found.pid, directory));
    if (joined === undefined) {
      if (alive) this.#stopOrphan(found);
      else await this.#start(found);
      return undefined;
    }
    if (!alive) {
      if (this.#started === undefined && this.#lasting('unseen') > UNSEEN_MS_MAX) throw this.#unseen();
      return undefined;
    }
    return this.#join(found, joined);
  }

  /** Gives up what the attempt holds, and waits for the end of a PostgreSQL that nobody else joined. */
  async abandon(): Promise<void> {
    leaveKeepalive(this.#keepalive);
    this.#keepalive = undefined;
    const started = this.#started;
    started?.release();
    for (const sinceMs = performance.now(); started?.hasEnded() === false; await sleep(POLL_MS)) {
      const waitedMs = performance.now() - sinceMs;
      const isUsed = waitedMs > STILL_USED_AFTER_MS && hasWatchdog(this.#cluster.directory);
      if (isUsed || waitedMs > STOP_MS_MAX) return;
    }
  }

  async #start(stale: Postmaster | undefined): Promise<void> {
    if (++this.#starts > STARTS_MAX)
      throw new UnavailableFault('postgres', 'PostgreSQL could not be started.');
    if (stale !== undefined && processExists(stale.pid))
      await removeStaleFile(this.#cluster.directory, stale);
    this.#started = await startPostgres(this.#cluster, await makeSocketDirectory(this.#cluster));
  }

  async #judgeEnd(started: StartedPostgres): Promise<undefined> {
    started.release();
    this.#started = undefined;
    const output = await started.ended;
    // An ended watchdog removes the directory of its socket, which may have been ours already.
    const again = TRY_AGAIN.test(output) || /could not create lock file "[^"]*": No such file/.test(output);
    if (again && this.#starts < STARTS_MAX) {
      await sleep(10 * POLL_MS);
      return undefined;
    }
    const context = { dataDir: dirname(this.#cluster.directory), logFile: logFileOf(this.#cluster) };
    throw explainFailure(output, { what: 'PostgreSQL did not start', ...context });
  }

  async #join(found: Postmaster, keepalive: number): Promise<Share | undefined> {
    if (found.status === 'starting' && this.#lasting('starting') > 1_000)
      this.#say('PostgreSQL is recovering what was written before it was cut off');
    if (found.status === 'stopping') this.#say(`waiting for PostgreSQL (process ${found.pid}) to stop`);
    if (found.status !== 'ready') return undefined;
    const user = { user: DATABASE_USER, database: DATABASE_NAME };
    const target = { host: found.socketDirectory, port: SOCKET_PORT, ...user };
    const { role, signal } = this.#options;
    const lease = await takeLease(target, { role, signal, dataDir: dirname(this.#cluster.directory) });
    if (lease === undefined) {
      if (this.#lasting('refusing') < REFUSING_MS_MAX) return undefined;
      throw new UnavailableFault('postgres', `PostgreSQL (process ${found.pid}) takes no connections.`);
    }
    this.#started?.release();
    // The watchdog may have decided to stop just before this process joined.
    if (hasWatchdog(this.#cluster.directory)) return { target, postmaster: found, lease, keepalive };
    await lease.close();
    return undefined;
  }

  /** Nobody watches it, so nobody would stop it: its watchdog was killed. It is stopped and then started again. */
  #stopOrphan(found: Postmaster): void {
    const lastsMs = this.#lasting(`orphan ${found.pid}`);
    if (lastsMs > ORPHAN_MS_MAX) {
      const message = `PostgreSQL (process ${found.pid}), left running by an earlier process, does not stop: end it.`;
      throw new UnavailableFault('postgres', message);
    }
    const wanted = lastsMs > ORPHAN_QUIT_AFTER_MS ? 'SIGQUIT' : 'SIGINT';
    if (lastsMs === 0) this.#signalled = undefined;
    if (this.#signalled === wanted || (wanted === 'SIGINT' && found.status === 'stopping')) return;
    this.#say(`stopping PostgreSQL (process ${found.pid}), which an earlier process left running`);
    process.kill(found.pid, wanted);
    this.#signalled = wanted;
  }

  #unseen(): Fault {
    return new Fault(
      'data_directory_in_use',
      `The data directory ${dirname(this.#cluster.directory)} is in use by a process that cannot be seen from here ` +
        '(in another container?): stop that one first, or set DATA_DIR to another folder.',
    );
  }

  #lasting(name: string): number {
    const nowMs = performance.now();
    if (this.#state.name !== name) this.#state = { name, sinceMs: nowMs };
    return nowMs - this.#state.sinceMs;
  }

  #say(text: string): void {
    if (this.#said === text) return;
    this.#said = text;
    this.#options.onProgress(text);
  }
}
