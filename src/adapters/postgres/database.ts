import pg from 'pg';
import { DeadlineFault, OverloadedFault } from '../../kernel/faults.ts';
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
  /** How long one statement may take, and the waiting for a connection; without it a statement may take for ever. */
  readonly deadlineMs?: number | undefined;
  /** How many may wait for a connection; one more is refused with an OverloadedFault. Default 2,000. */
  readonly maxWaiting?: number;
};

export type Row = Record<string, unknown>;

/** Runs one statement; named ones are prepared once per connection. Errors are Faults. */
export type Queryable = {
  query<R extends Row = Row>(statement: Statement, values?: readonly unknown[]): Promise<R[]>;
};

export type Statement = string | { readonly name: string; readonly text: string };

export type Database = Queryable & {
  /**
   * Runs `work` in one transaction; commits when it returns, rolls back when it throws. `patient`: its statements may
   * take as long as they like, as no request waits for them.
   */
  transaction<T>(work: (tx: Queryable) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** A connection outside of the pool's rotation, for session locks and listening; its statements have no deadline. */
  connect(): Promise<pg.PoolClient>;
  /** Settles when the database answers. */
  ping(): Promise<void>;
  /** Connections of the pool, and who waits for one. */
  stats(): PoolStats;
  /** Tells from now on how PostgreSQL answers. */
  watch(observer: DatabaseObserver): void;
  close(): Promise<void>;
};

export type TransactionOptions = {
  readonly patient?: boolean;
  /** SERIALIZABLE instead of READ COMMITTED: any statement, and the commit, may be refused with 40001. */
  readonly isSerializable?: boolean;
};

export type DatabaseObserver = {
  /** A connection came back whole to the pool: that is often, so hearing of it must cost nothing. */
  answered(): void;
  /** A connection that sat idle was lost; the next query takes another. */
  idleLost(error: Error): void;
};

export type PoolStats = {
  readonly open: number;
  readonly idle: number;
  readonly waiting: number;
  readonly max: number;
};

/** The schema of all our tables and functions; nothing of ours is looked for in any other. */
export const SCHEMA = 'firstcome';

const WAITING_MAX = 2_000;
const CONNECT_MS_MAX = 5_000;
/** When who found no room in the queue for a connection may come again. */
const RETRY_AFTER_MS = 1_000;

// int8 arrives as text by default; ours stay below 2^53 (money, positions), so a number is exact.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * Opens a pool; connects lazily, so that a missing server shows at the first query.
 * @throws UnavailableFault from any query while the server cannot be reached
 */
export function createDatabase(options: DatabaseOptions): Database {
  const { deadlineMs, maxWaiting = WAITING_MAX } = options;
  const pool = new pg.Pool({
    ...toPoolConfig(options.connection),
    max: options.maxConnections ?? 20,
    application_name: options.applicationName ?? 'firstcome',
    connectionTimeoutMillis: Math.min(CONNECT_MS_MAX, deadlineMs ?? CONNECT_MS_MAX),
    idleTimeoutMillis: 60_000,
    // oxlint-disable-next-line typescript/no-misused-promises -- the pool waits for it, which its types do not say
    onConnect: (client) => prepare(client, deadlineMs ?? 0),
  });
  // Without a listener the loss of an idle connection would end the process.
  pool.on('error', () => undefined);
  // While a connection is lent out the pool does not listen: without this its loss would end the process. Anyone who
  // has it learns of the loss from the next statement.
  pool.on('connect', (client) => client.on('error', () => undefined));
  let closed: Promise<void> | undefined;
  const full = (): OverloadedFault | undefined => {
    if (pool.waitingCount < maxWaiting) return undefined;
    const message = `${pool.waitingCount} wait for a connection to PostgreSQL`;
    return new OverloadedFault(message, { retryAfterMs: RETRY_AFTER_MS });
  };
  return {
    async query(statement, values) {
      const refusal = full();
      if (refusal) throw refusal;
      return run(pool, { statement, values, deadlineMs });
    },
    async transaction(work, { patient = false, isSerializable = false } = {}) {
      const refusal = full();
      if (refusal) throw refusal;
      const begin = `${isSerializable ? BEGIN_SERIALIZABLE : 'begin'}${patient ? PATIENTLY : ''}`;
      return inTransaction(pool, work, { begin, deadlineMs: patient ? undefined : deadlineMs });
    },
    async connect() {
      const client = await pool.connect();
      try {
        const text = 'set statement_timeout = 0';
        if (deadlineMs !== undefined) await client.query({ text, ...timeoutOf(deadlineMs) });
        return client;
      } catch (error) {
        // Nobody else knows of it: the pool would wait for it for ever when it closes.
        client.release(true);
        throw error;
      }
    },
    async ping() {
      await run(pool, { statement: 'select 1', deadlineMs });
    },
    stats: () => ({
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

/** The server ends a statement at its deadline, and what it did is undone. Then only a silent server is given up. */
const ANSWER_MS = 500;

async function prepare(client: pg.ClientBase, deadlineMs: number): Promise<void> {
  const text = `set search_path to ${SCHEMA}; set statement_timeout = ${deadlineMs}`;
  await client.query({ text, ...timeoutOf(deadlineMs || undefined) });
}

/** What the driver takes and its types do not know. */
function timeoutOf(deadlineMs: number | undefined): { readonly query_timeout?: number } {
  return deadlineMs === undefined ? {} : { query_timeout: deadlineMs + ANSWER_MS };
}

function toPoolConfig(connection: PostgresConnection): pg.PoolConfig {
  return 'url' in connection ? { connectionString: connection.url } : connection;
}

type Run = {
  readonly statement: Statement;
  readonly values?: readonly unknown[] | undefined;
  readonly deadlineMs?: number | undefined;
};

async function run<R extends Row>(target: pg.Pool | pg.PoolClient, what: Run): Promise<R[]> {
  const { statement, values, deadlineMs } = what;
  try {
    const config = typeof statement === 'string' ? { text: statement } : statement;
    const result = await target.query<R>({
      ...config,
      ...timeoutOf(deadlineMs),
      values: values as unknown[],
    });
    return result.rows;
  } catch (error) {
    throw toFault(error);
  }
}

type Beginning = { readonly begin: string; readonly deadlineMs: number | undefined };

async function inTransaction<T>(
  pool: pg.Pool,
  work: (tx: Queryable) => Promise<T>,
  beginning: Beginning,
): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw toFault(error);
  });
  let broken: Error | undefined;
  const onBroken = (error: Error) => {
    broken = error;
  };
  try {
    return await transactionOn(client, work, { ...beginning, onBroken });
  } finally {
    client.release(broken);
  }
}

async function transactionOn<T>(
  client: pg.PoolClient,
  work: (tx: Queryable) => Promise<T>,
  { begin, deadlineMs, onBroken }: Beginning & { readonly onBroken: (error: Error) => void },
): Promise<T> {
  try {
    await run(client, { statement: begin, deadlineMs });
    const value = await work({
      query: (statement, values) => run(client, { statement, values, deadlineMs }),
    });
    await run(client, { statement: 'commit', deadlineMs });
    return value;
  } catch (error) {
    // A connection that cannot roll back is thrown away; the server then rolls back by itself. One that did not
    // answer in time is not asked again.
    if (error instanceof DeadlineFault) onBroken(error);
    else await run(client, { statement: 'rollback', deadlineMs }).catch(onBroken);
    throw error;
  }
}

const BEGIN_SERIALIZABLE = 'begin isolation level serializable';
const PATIENTLY = '; set local statement_timeout = 0';

/** Statements on one connection, which the caller took with `connect` and gives back. */
export function onConnection(client: pg.PoolClient): Pick<Database, 'query' | 'transaction'> {
  const onBroken = () => undefined;
  return {
    query: (statement, values) => run(client, { statement, values }),
    transaction: (work) => transactionOn(client, work, { begin: 'begin', deadlineMs: undefined, onBroken }),
  };
}
