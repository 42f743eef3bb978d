import pg from 'pg';
import { toFault } from './errors.ts';

/** Where PostgreSQL is: a socket directory or host with port, or a URL. */
export type PostgresConnection =
  | { readonly host: string; readonly port: number; readonly user: string; readonly database: string }
  | { readonly url: string };

export type DatabaseOptions = {
  readonly connection: PostgresConnection;
  /** Connections held at most; a batch takes one for the time of its statement. */
  readonly maxConnections?: number;
  readonly applicationName?: string;
};

export type Row = Record<string, unknown>;

/** Runs one statement; named ones are prepared once per connection. Errors are Faults. */
export type Queryable = {
  query<R extends Row = Row>(statement: Statement, values?: readonly unknown[]): Promise<R[]>;
};

export type Statement = string | { readonly name: string; readonly text: string };

export type Database = Queryable & {
  /** Runs `work` in one transaction; commits when it returns, rolls back when it throws. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /** A connection outside of the pool's rotation, for session locks and listening. */
  connect(): Promise<pg.PoolClient>;
  /** Settles when the database answers. */
  ping(): Promise<void>;
  /** Connections of the pool, and who waits for one. */
  figures(): PoolFigures;
  /** Tells from now on how PostgreSQL answers. */
  watch(observer: DatabaseObserver): void;
  close(): Promise<void>;
};

export type DatabaseObserver = {
  /** A connection came back whole to the pool: that is often, so hearing of it must cost nothing. */
  answered(): void;
  /** A connection that sat idle was lost; the next query takes another. */
  idleLost(error: Error): void;
};

export type PoolFigures = {
  readonly open: number;
  readonly idle: number;
  readonly waiting: number;
  readonly max: number;
};

/** The schema of all our tables and functions; nothing of ours is looked for in any other. */
export const SCHEMA = 'firstcome';

// int8 arrives as text by default; ours stay below 2^53 (money, positions), so a number is exact.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * Opens a pool; connects lazily, so that a missing server shows at the first query.
 * @throws UnavailableFault from any query while the server cannot be reached
 */
export function createDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    ...toPoolConfig(options.connection),
    max: options.maxConnections ?? 20,
    application_name: options.applicationName ?? 'firstcome',
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    // oxlint-disable-next-line typescript/no-misused-promises -- the pool waits for it, which its types do not say
    onConnect: useSchema,
  });
  // Without a listener the loss of an idle connection would end the process.
  pool.on('error', () => undefined);
  // While a connection is lent out the pool does not listen: without this its loss would end the process. Whoever
  // has it learns of the loss from the next statement.
  pool.on('connect', (client) => client.on('error', () => undefined));
  let closed: Promise<void> | undefined;
  return {
    query: (statement, values) => run(pool, statement, values),
    transaction: (work) => inTransaction(pool, work),
    connect: () => pool.connect(),
    async ping() {
      await run(pool, 'select 1');
    },
    figures: () => ({
      open: pool.totalCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
      max: pool.options.max,
    }),
    watch(observer) {
      pool.on('error', (error) => observer.idleLost(toFault(error)));
      pool.on('release', (error) => {
        if (!error) observer.answered();
      });
    },
    close: () => (closed ??= pool.end()),
  };
}

async function useSchema(client: pg.ClientBase): Promise<void> {
  await client.query(`set search_path to ${SCHEMA}`);
}

function toPoolConfig(connection: PostgresConnection): pg.PoolConfig {
  return 'url' in connection ? { connectionString: connection.url } : connection;
}

async function run<R extends Row>(
  target: pg.Pool | pg.PoolClient,
  statement: Statement,
  values?: readonly unknown[],
): Promise<R[]> {
  try {
    const config = typeof statement === 'string' ? { text: statement } : statement;
    const result = await target.query<R>({ ...config, values: values as unknown[] });
    return result.rows;
  } catch (error) {
    throw toFault(error);
  }
}

async function inTransaction<T>(pool: pg.Pool, work: (tx: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw toFault(error);
  });
  let broken: Error | undefined;
  try {
    return await transactionOn(client, work, (error) => {
      broken = error;
    });
  } finally {
    client.release(broken);
  }
}

async function transactionOn<T>(
  client: pg.PoolClient,
  work: (tx: Queryable) => Promise<T>,
  onBroken: (error: Error) => void,
): Promise<T> {
  try {
    await run(client, 'begin');
    const value = await work({ query: (statement, values) => run(client, statement, values) });
    await run(client, 'commit');
    return value;
  } catch (error) {
    // A connection that cannot roll back is thrown away; the server then rolls back by itself.
    await run(client, 'rollback').catch(onBroken);
    throw error;
  }
}

/** Statements on one connection, which the caller took with `connect` and gives back. */
export function onConnection(client: pg.PoolClient): Pick<Database, 'query' | 'transaction'> {
  return {
    query: (statement, values) => run(client, statement, values),
    transaction: (work) => transactionOn(client, work, () => undefined),
  };
}
