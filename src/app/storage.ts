import type { FastifyBaseLogger } from 'fastify';
import { createEmbeddedPostgres, type EmbeddedPostgres } from '../adapters/embedded-postgres/index.ts';
import { createDatabase, type Database, type PostgresConnection } from '../adapters/postgres/database.ts';
import { migrate } from '../adapters/postgres/migrate.ts';
import type { Config } from '../config/config.ts';
import { explainStorageFailure } from './storage-failures.ts';

export type Storage = {
  readonly database: Database;
  /**
   * Connections for holds, payments, joins and what ends them alone, which reads and charges cannot take. Default: those of
   * `database`.
   */
  readonly sales?: Database;
  /** Connections of the export alone, which holds one while the platform answers. Default: those of `database`. */
  readonly exports?: Database;
  /** Closes the connections, and ends the embedded server where this process is its last user. */
  close(): Promise<void>;
};

/** Batches of holds, payments, endings and answers use up to twelve connections, and the lines one for good. */
const SALES_SHARE = 0.6;
/** One for the batch under way, one to see how far the record goes. */
const EXPORT_CONNECTIONS = 2;

export type StorageOptions = {
  readonly config: Pick<
    Config,
    'databaseUrl' | 'dataDir' | 'databaseConnectionsMax' | 'databaseDeadlineMs' | 'holdStrategy'
  >;
  readonly logger: FastifyBaseLogger;
  /** `server` keeps other servers off the data directory; a `tool` works beside one. */
  readonly role: 'server' | 'tool';
  /** Whether there are connections for the export. */
  readonly exports?: boolean;
  /** False leaves the schema as it is, whatever version made it. True by default. */
  readonly migrates?: boolean;
  readonly onProgress?: (text: string) => void;
  /** Aborted: opening ends, and what it had started is stopped. */
  readonly signal?: AbortSignal;
};

/**
 * Opens PostgreSQL, its own or the one at DATABASE_URL, at the schema of this version.
 * @throws Fault in one line for the person: cannot be reached, in use, wrong version, disk full …
 */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const server = await connect(options);
  try {
    options.signal?.throwIfAborted();
    const migrated =
      options.migrates === false
        ? []
        : await migrate(server.connection, { strategy: options.config.holdStrategy });
    if (migrated.length > 0) options.onProgress?.(`Database schema: ${migrated.length} files applied.`);
    const open = (maxConnections: number) =>
      createDatabase({
        connection: server.connection,
        maxConnections,
        // What a tool does may take its time: nobody waits for an answer.
        deadlineMs: options.role === 'server' ? options.config.databaseDeadlineMs : undefined,
      });
    const connectionsMax = await poolSizeWithin(server.connection, options);
    const forSales = Math.max(1, Math.floor(connectionsMax * SALES_SHARE));
    const sales = open(forSales);
    const exports = options.exports ? open(EXPORT_CONNECTIONS) : undefined;
    const database = open(Math.max(1, connectionsMax - forSales - (exports ? EXPORT_CONNECTIONS : 0)));
    return {
      database,
      sales,
      ...(exports ? { exports } : {}),
      async close() {
        await Promise.all([database.close(), sales.close(), exports?.close()]);
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw explainStorageFailure(error, options.config);
  }
}

type Server = { readonly connection: PostgresConnection; stop(): Promise<void> };

async function connect(options: StorageOptions): Promise<Server> {
  const { config, logger, role, onProgress } = options;
  if (config.databaseUrl !== undefined) {
    return { connection: { url: config.databaseUrl }, stop: () => Promise.resolve() };
  }
  const embedded = createEmbeddedPostgres({
    dataDir: config.dataDir,
    poolSize: config.databaseConnectionsMax,
    logger,
    role,
    ...(onProgress ? { onProgress } : {}),
  });
  await startUnlessAborted(embedded, options.signal);
  return { connection: embedded.connection(), stop: () => embedded.stop() };
}

async function startUnlessAborted(
  embedded: EmbeddedPostgres,
  signal: AbortSignal | undefined,
): Promise<void> {
  const abort = () => void embedded.stop().catch(() => undefined);
  signal?.throwIfAborted();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await embedded.start();
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** PostgreSQL keeps some connections for its superuser; what it allows besides may be less than was asked for. */
const ALLOWED = `select current_setting('max_connections')::integer
  - current_setting('superuser_reserved_connections')::integer
  - coalesce(current_setting('reserved_connections', true), '0')::integer as connections`;

/** As many connections as are wanted, or as PostgreSQL allows: beyond that it would refuse them one by one. */
async function poolSizeWithin(
  connection: PostgresConnection,
  { config: { databaseConnectionsMax: wanted }, logger }: StorageOptions,
): Promise<number> {
  const database = createDatabase({ connection, maxConnections: 1 });
  try {
    const [row] = await database.query<{ connections: number }>(ALLOWED);
    const allowed = row?.connections ?? wanted;
    if (wanted <= allowed) return wanted;
    logger.warn(
      { wanted, allowed },
      'PostgreSQL allows fewer connections than DATABASE_CONNECTIONS_MAX: so many are used; raise its max_connections',
    );
    return allowed;
  } finally {
    await database.close();
  }
}
