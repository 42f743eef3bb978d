/**
 * PostgreSQL as a part of this process: real programs from npm, started on first use and stopped with the last user.
 *
 * Invariants
 * - There is never more than one PostgreSQL on a data directory, and never more than one server (`role: 'server'`).
 * - PostgreSQL does not outlive the processes that use it, however they end.
 * - Whatever moment a process is killed in, the next start finds a whole cluster or none.
 */
import { join, resolve } from 'node:path';
import { Fault } from '../../kernel/faults.ts';
import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import { chooseAccount } from './account.ts';
import { ensureLibraryLinks, locateBinaries } from './binaries.ts';
import { ensureCluster } from './cluster.ts';
import { openDataDirectory } from './data-directory.ts';
import { explainFailure } from './failures.ts';
import { ensureKeepalive } from './keepalive.ts';
import type { Role } from './lease.ts';
import { RunningPostgres } from './running.ts';
import { binariesFor } from './shared-binaries.ts';
import type { AdapterLogger, Binaries, Cluster, ConnectionTarget } from './types.ts';

export type { AdapterLogger, ConnectionTarget } from './types.ts';

export type EmbeddedPostgresOptions = {
  /** The project's data directory; PostgreSQL's is `postgres` in it. Made if it is not there. */
  readonly dataDir: string;
  readonly logger: AdapterLogger;
  /** Hears one line for every step that takes a person's time. */
  readonly onProgress?: (text: string) => void;
  /**
   * `server` (the default) is refused beside another server; any number of `tool`s share its PostgreSQL, or where
   * no server runs one that ends with the last of them.
   */
  readonly role?: Role;
  /** False gives up safety from crashes for speed, for throw-away databases of tests. True by default. */
  readonly durable?: boolean;
  /** Connections that the caller's pool opens at most. Default 20. */
  readonly poolSize?: number;
  /** Overrides for tests: the programs as installed, and where copies for other accounts are kept. */
  readonly programs?: { readonly installed: Binaries; readonly sharedPlaces: readonly string[] };
};

export type EmbeddedPostgres = Lifecycle & {
  /** Where to connect. The same from start to start. @throws Fault `postgres_not_started` */
  connection(): ConnectionTarget;
};

/**
 * The server's PostgreSQL. `start` joins the one that runs on the data directory or starts it; `stop` leaves it, and
 * waits for its end if nobody else uses it.
 *
 * Start throws a Fault with one line for the person: `data_directory_in_use`, `data_directory_not_writable`,
 * `data_directory_foreign`, `data_directory_unreachable`, `postgres_version`, `disk_full`,
 * `postgres_binaries_missing`, `postgres_binaries_unusable`, `postgres_binaries_unreachable`,
 * `postgres_library_missing`, `postgres_account_missing`, `postgres_account_refused`, `postgres_shared_memory`,
 * `socket_directory_missing`, `postgres_failed`, `unavailable`, `stopped`.
 */
export function createEmbeddedPostgres(options: EmbeddedPostgresOptions): EmbeddedPostgres {
  const { logger, role = 'server', onProgress = () => undefined } = options;
  let controller = new AbortController();
  const running = new RunningPostgres({
    role,
    logger,
    onProgress,
    prepare: (signal) => prepare(options, signal, onProgress),
  });
  let target: ConnectionTarget | undefined;

  const lifecycle = createLifecycle('embedded-postgres', {
    async start() {
      await running.begin(controller.signal).catch((error: unknown) => {
        throw asFault(error, resolve(options.dataDir));
      });
      target = running.target;
    },
    stop: () => running.leave(),
  });

  return {
    ...lifecycle,
    start() {
      // Not when the start gets its turn: a stop that came before that must still end it.
      if (controller.signal.aborted) controller = new AbortController();
      return lifecycle.start();
    },
    stop() {
      // A start that is under way ends at once.
      controller.abort(new Fault('stopped', 'PostgreSQL was stopped while it was starting.'));
      return lifecycle.stop();
    },
    connection() {
      if (target === undefined) throw new Fault('postgres_not_started', 'PostgreSQL has not been started.');
      return target;
    },
  };
}

async function prepare(
  options: EmbeddedPostgresOptions,
  signal: AbortSignal,
  onProgress: (text: string) => void,
): Promise<Cluster> {
  const dataDir = await openDataDirectory(options.dataDir);
  const directory = join(dataDir, 'postgres');
  const account = await chooseAccount(dataDir, directory);
  const installed = options.programs?.installed ?? locateBinaries();
  await ensureLibraryLinks(installed);
  const places = options.programs === undefined ? {} : { places: options.programs.sharedPlaces };
  const binaries = await binariesFor(installed, account, { onProgress, ...places });
  const cluster = {
    directory,
    binaries,
    account,
    durable: options.durable ?? true,
    poolSize: options.poolSize ?? 20,
  };
  await ensureCluster(cluster, { signal, onProgress });
  await ensureKeepalive(cluster);
  return cluster;
}

function asFault(error: unknown, dataDir: string): Fault {
  if (error instanceof Fault) return error;
  return explainFailure(String(error), { what: 'PostgreSQL could not be started', dataDir, cause: error });
}
