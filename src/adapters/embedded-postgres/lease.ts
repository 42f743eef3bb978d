import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { Fault } from '../../kernel/faults.ts';
import { type ConnectionTarget, DATABASE_NAME } from './types.ts';

/** Who uses the database: the one server of a data directory, or a tool beside it. */
export type Role = 'server' | 'tool';

/** A connection held as long as PostgreSQL is used: it carries the server's lock and tells when PostgreSQL ends. */
export type Lease = {
  /** How many other processes hold a lease. */
  countOthers(): Promise<number>;
  /** Settles when the connection is gone, however that came. */
  readonly lost: Promise<void>;
  close(): Promise<void>;
};

export type LeaseOptions = { readonly role: Role; readonly dataDir: string; readonly signal: AbortSignal };

const NAME_PREFIX = 'firstcome lease';
/** Key of the session lock that only one server of a cluster holds: "firs", "t". */
const LOCK_KEY = [0x66697273, 0x74] as const;
/** A killed server's session ends when PostgreSQL notices, which a busy machine delays. */
const LOCK_WAIT_MS = 2_000;
const LOCK_POLL_MS = 50;
/** A PostgreSQL that stands still takes connections and says nothing. */
const CONNECT_MS_MAX = 5_000;

const TRANSIENT_CODES = new Set([
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now: starting up, shutting down
  '53300', // too_many_connections
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
]);

/**
 * Connects, makes the database if it is not there, and takes the server's lock for a server.
 *
 * @returns undefined if PostgreSQL does not take connections now.
 * @throws Fault `data_directory_in_use` if another server holds the lock.
 */
export async function takeLease(target: ConnectionTarget, options: LeaseOptions): Promise<Lease | undefined> {
  let client: Client | undefined;
  try {
    client = await connect(target, options.role);
    if (options.role === 'server') await lock(client, options);
    return createLease(client);
  } catch (error) {
    await client?.end().catch(() => undefined);
    if (isTransient(error)) return undefined;
    throw error;
  }
}

async function connect(target: ConnectionTarget, role: Role): Promise<Client> {
  try {
    return await open(target, role);
  } catch (error) {
    // invalid_catalog_name: this is the first start, or the one after it was cut short.
    if (!(error instanceof DatabaseError) || error.code !== '3D000') throw error;
  }
  const maintenance = await open({ ...target, database: 'postgres' }, role);
  try {
    await maintenance.query(`create database ${DATABASE_NAME}`);
  } catch (error) {
    // duplicate_database, or the unique key behind it: another process was faster.
    if (!(error instanceof DatabaseError) || !['42P04', '23505'].includes(error.code ?? '')) throw error;
  } finally {
    await maintenance.end().catch(() => undefined);
  }
  return open(target, role);
}

async function open(target: ConnectionTarget, role: Role): Promise<Client> {
  const client = new Client({
    ...target,
    application_name: `${NAME_PREFIX} ${role} ${process.pid}`,
    connectionTimeoutMillis: CONNECT_MS_MAX,
  });
  // Without a listener a lost connection would end the process; `end` follows and is what counts.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function lock(client: Client, { dataDir, signal }: LeaseOptions): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += LOCK_POLL_MS) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1, $2) as taken', [
      ...LOCK_KEY,
    ]);
    if (rows[0]?.taken === true) return;
    signal.throwIfAborted();
    if (waitedMs >= LOCK_WAIT_MS) throw inUse(dataDir, await findHolder(client));
    await sleep(LOCK_POLL_MS);
  }
}

async function findHolder(client: Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `select a.application_name as name from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.classid = $1::int::oid and l.objid = $2::int::oid and l.granted`,
    [...LOCK_KEY],
  );
  const pid = /(\d+)$/.exec(rows[0]?.name ?? '')?.[1];
  return pid === undefined ? 'another process' : `process ${pid}`;
}

function createLease(client: Client): Lease {
  return {
    async countOthers() {
      const { rows } = await client.query<{ others: number }>(
        'select count(*)::int as others from pg_stat_activity where starts_with(application_name, $1) and pid <> pg_backend_pid()',
        [NAME_PREFIX],
      );
      return rows[0]?.others ?? 0;
    },
    lost: new Promise((resolve) => client.once('end', resolve)),
    close: () => client.end().catch(() => undefined),
  };
}

function inUse(dataDir: string, holder: string): Fault {
  return new Fault(
    'data_directory_in_use',
    `The data directory ${dataDir} is in use by ${holder}: stop that one first, or set DATA_DIR to another folder.`,
  );
}

function isTransient(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && TRANSIENT_CODES.has(code)) return true;
  return error instanceof Error && /^(?:Connection terminated|timeout expired)/.test(error.message);
}
