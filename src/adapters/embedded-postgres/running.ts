import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquire, type Share } from './acquire.ts';
import { leaveKeepalive } from './keepalive.ts';
import { type Role, takeLease } from './lease.ts';
import { isPostmaster } from './postmaster.ts';
import { keepSpareWal } from './spare-wal.ts';
import { leaveShare } from './stop.ts';
import type { AdapterLogger, Cluster, ConnectionTarget } from './types.ts';

export type RunningOptions = {
  readonly role: Role;
  readonly logger: AdapterLogger;
  readonly onProgress: (text: string) => void;
  /** Makes what a start needs. */
  readonly prepare: (signal: AbortSignal) => Promise<Cluster>;
};

const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 5_000;

type Use = { readonly cluster: Cluster; share: Share };

/** This process's share in the PostgreSQL of a data directory, kept while it restarts or is replaced. */
export class RunningPostgres {
  readonly #options: RunningOptions;
  #use: Use | undefined;
  #recovery: Promise<void> = Promise.resolve();
  #spareWal: Promise<void> = Promise.resolve();

  constructor(options: RunningOptions) {
    this.#options = options;
  }

  get target(): ConnectionTarget | undefined {
    return this.#use?.share.target;
  }

  /** Joins the PostgreSQL that runs, or starts it; from then on a loss is made good until the signal. */
  async begin(signal: AbortSignal): Promise<void> {
    const { prepare, role, logger, onProgress } = this.#options;
    const cluster = await prepare(signal);
    const share = await acquire(cluster, { role, signal, onProgress });
    this.#use = { cluster, share };
    logger.info({ pid: share.postmaster.pid, socket: share.target.host }, 'PostgreSQL is ready');
    this.#hold(this.#use, signal);
  }

  /** After the signal: leaves PostgreSQL, and waits for its end if nobody else uses it. */
  async leave(): Promise<void> {
    await Promise.all([this.#recovery, this.#spareWal]);
    if (this.#use) await leaveShare(this.#use.cluster, this.#use.share, this.#options.logger);
    this.#use = undefined;
  }

  #hold({ cluster, share }: Use, signal: AbortSignal): void {
    const { role, logger } = this.#options;
    const { lost } = share.lease;
    void lost.then(() => {
      if (!signal.aborted) this.#recovery = this.#recover(signal);
    });
    if (role === 'server' && cluster.durable)
      this.#spareWal = keepSpareWal(cluster, share.target, { signal, lost, logger });
  }

  /**
   * The lease broke. While the parent process of PostgreSQL lives, that is PostgreSQL's own affair: it restarts its
   * processes after the death of one within a second or so, and a signal in the middle of that makes it hang. So
   * this process goes on holding its share, and only takes the lease again. Once the parent is gone a new PostgreSQL
   * is started. Pools reconnect by themselves in both cases.
   */
  async #recover(signal: AbortSignal): Promise<void> {
    const { logger } = this.#options;
    let said = '';
    for (let waitMs = RETRY_MS_MIN; !signal.aborted; waitMs = Math.min(2 * waitMs, RETRY_MS_MAX)) {
      try {
        if (this.#use && (await this.#regain(this.#use, signal))) return;
        if (this.#use) logger.info({}, 'PostgreSQL is gone: starting it again');
        leaveKeepalive(this.#use?.share.keepalive);
        this.#use = undefined;
        return await this.begin(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (said !== String(error)) logger.error({ err: error }, 'PostgreSQL could not be started again');
        said = String(error);
      }
      await pause(waitMs, signal);
    }
  }

  /** Takes the lease again on the PostgreSQL that still runs. @returns false once that has ended */
  async #regain(use: Use, signal: AbortSignal): Promise<boolean> {
    const { directory } = use.cluster;
    const { postmaster, target } = use.share;
    const options = { role: this.#options.role, signal, dataDir: dirname(directory) };
    while (!signal.aborted && (await isPostmaster(postmaster.pid, directory))) {
      const lease = await takeLease(target, options);
      if (lease !== undefined) {
        use.share = { ...use.share, lease };
        this.#hold(use, signal);
        return true;
      }
      await pause(RETRY_MS_MIN, signal);
    }
    return signal.aborted;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal }).catch(() => undefined);
}
