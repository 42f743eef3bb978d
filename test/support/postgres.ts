/**
 * Databases for tests: real PostgreSQL, one server for a run of `npm test` (global-setup.ts), a database of its own for
 * every test file, cloned from a template that was migrated once. A file that is run alone starts a server for itself.
 */
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { ConnectionTarget, EmbeddedPostgres } from '../../src/adapters/embedded-postgres/index.ts';
import { migrate } from '../../src/adapters/postgres/migrate.ts';
import { startTestServer } from './test-server.ts';

export type TestDatabase = {
  readonly connection: ConnectionTarget;
  /** Drops the database. @throws Error if the test left connections open. */
  readonly release: () => Promise<void>;
};

const TEMPLATE = 'firstcome_template';
const TEMPLATE_LOCK = 6_712_044;
/** Measured without syncing: about 20 ms either way to create, but 8 ms instead of 20 ms to drop. */
const STRATEGY = 'file_copy';
const CLOSING_MS_MAX = 1_000;

let server: Promise<EmbeddedPostgres> | undefined;
let users = 0;
let made = 0;
let fileIsOver = false;

// The server stays from test to test. Hooks run in the order of their making: those of the file come later and may
// still release databases.
after(async () => {
  fileIsOver = true;
  await stopUnused();
});

/** A database with the schema of this version, or an empty one, for the caller alone. */
export async function acquireTestDatabase(options: { readonly empty?: boolean } = {}): Promise<TestDatabase> {
  const maintenance = await joinServer();
  const database = `test_${process.pid}_${++made}`;
  try {
    if (options.empty === true) await run(maintenance, `create database ${database}`);
    else await clone(maintenance, database);
  } catch (error) {
    await leaveServer();
    throw error;
  }
  const release = async (): Promise<void> => {
    try {
      await drop(maintenance, database);
    } finally {
      await leaveServer();
    }
  };
  return { connection: { ...maintenance, database }, release };
}

/** For DATABASE_URL. */
export function urlOf({ user, host, port, database }: ConnectionTarget): string {
  return `postgres://${user}@/${database}?host=${encodeURIComponent(host)}&port=${port}`;
}

/** Runs `work` with a database of its own. */
export async function withTestDatabase<T>(work: (connection: ConnectionTarget) => Promise<T>): Promise<T> {
  const { connection, release } = await acquireTestDatabase();
  try {
    return await work(connection);
  } finally {
    await release();
  }
}

async function joinServer(): Promise<ConnectionTarget> {
  users += 1;
  server ??= startTestServer();
  return (await server).connection();
}

async function leaveServer(): Promise<void> {
  users -= 1;
  await stopUnused();
}

async function stopUnused(): Promise<void> {
  if (!fileIsOver || users > 0 || server === undefined) return;
  const last = server;
  server = undefined;
  await (await last).stop();
}

async function clone(maintenance: ConnectionTarget, database: string): Promise<void> {
  await withClient(maintenance, async (client) => {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const { rowCount } = await client.query('select from pg_database where datname = $1', [TEMPLATE]);
    if (rowCount === 0) await makeTemplate(client, maintenance);
    await client.query('select pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
    await client.query(`create database ${database} template ${TEMPLATE} strategy ${STRATEGY}`);
  });
}

/** Gets its name once it is whole. */
async function makeTemplate(client: Client, maintenance: ConnectionTarget): Promise<void> {
  const unfinished = `${TEMPLATE}_unfinished`;
  await client.query(`drop database if exists ${unfinished} with (force)`);
  await client.query(`create database ${unfinished}`);
  await migrate({ ...maintenance, database: unfinished });
  // A template must have no session at all, not even one that is about to end.
  await client.query('select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1', [
    unfinished,
  ]);
  await client.query(`alter database ${unfinished} rename to ${TEMPLATE}`);
}

async function drop(maintenance: ConnectionTarget, database: string): Promise<void> {
  await withClient(maintenance, async (client) => {
    const open = await sessionsLeftOpen(client, database);
    await client.query(`drop database ${database} with (force)`);
    if (open.length > 0)
      throw new Error(`the test left connections to its database open: ${open.join('; ')}`);
  });
}

/** Sessions end a moment after their clients have closed them. */
async function sessionsLeftOpen(client: Client, database: string): Promise<string[]> {
  for (let waitedMs = 0; ; waitedMs += 20) {
    const { rows } = await client.query<{ session: string }>(
      `select application_name || ': ' || query as session from pg_stat_activity
       where datname = $1 and backend_type = 'client backend'`,
      [database],
    );
    if (rows.length === 0 || waitedMs >= CLOSING_MS_MAX) return rows.map((row) => row.session);
    await sleep(20);
  }
}

async function run(target: ConnectionTarget, statement: string): Promise<void> {
  await withClient(target, async (client) => {
    await client.query(statement);
  });
}

async function withClient(target: ConnectionTarget, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ ...target, application_name: 'firstcome-test' });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
