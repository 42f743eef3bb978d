/** Processes that run the embedded PostgreSQL, for tests that kill them. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { type ConnectionTarget, createEmbeddedPostgres } from '../../src/adapters/embedded-postgres/index.ts';
import { SCHEMA } from '../../src/adapters/postgres/database.ts';

export const silentLogger = { info() {}, warn() {}, error() {} };

const ADAPTER = new URL('../../src/adapters/embedded-postgres/index.ts', import.meta.url).href;

/** Says one line: where to connect, or why not. Stops in order on SIGTERM. */
const PROGRAM = `
const [adapter, dataDir, role] = process.argv.slice(1);
const { createEmbeddedPostgres } = await import(adapter);
const logger = { info() {}, warn() {}, error() {} };
const postgres = createEmbeddedPostgres({ dataDir, role, logger });
const say = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
try {
  await postgres.start();
  say({ connection: postgres.connection() });
  setInterval(() => {}, 60_000);
  process.on('SIGTERM', () => void postgres.stop().then(() => process.exit(0)));
} catch (error) {
  say({ code: error.code, message: error.message });
}
`;

export type PostgresProcess = {
  readonly child: ChildProcess;
  /** Its one line. */
  readonly answer: Promise<{ connection?: ConnectionTarget; code?: string; message?: string }>;
  /** Ends it and waits for that. */
  end(signal: NodeJS.Signals): Promise<void>;
};

export type PostgresProcessOptions = {
  readonly role?: 'server' | 'tool';
  readonly account?: { readonly uid: number; readonly gid: number };
  /** Leads a process group of its own, to be killed as one. */
  readonly detached?: boolean;
};

export function startPostgresProcess(dataDir: string, options: PostgresProcessOptions = {}): PostgresProcess {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--eval', PROGRAM, ADAPTER, dataDir, options.role ?? 'server'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: '/',
      detached: options.detached ?? false,
      ...options.account,
    },
  );
  const exited = once(child, 'exit');
  const line = once(createInterface({ input: child.stdout }), 'line');
  return {
    child,
    answer: Promise.race([line, exited]).then(([text]) => JSON.parse(String(text))),
    async end(signal) {
      child.kill(signal);
      await exited;
    },
  };
}

/** A database that has been created and stopped, to be copied: that is faster than to create each. */
async function createStoppedDatabase(dataDir: string): Promise<void> {
  const postgres = createEmbeddedPostgres({ dataDir, logger: silentLogger, durable: false });
  await postgres.start();
  await postgres.stop();
}

/** Temporary directories and copies of one created database, all removed by `remove`. */
export async function createDirectories(): Promise<{
  empty(): Promise<string>;
  withDatabase(): Promise<string>;
  remove(): Promise<void>;
}> {
  const root = await mkdtemp(join(tmpdir(), 'fc-'));
  let count = 0;
  let original: Promise<string> | undefined;
  const name = (): string => join(root, String(++count));
  return {
    empty: async () => name(),
    async withDatabase() {
      original ??= (async () => {
        const first = name();
        await createStoppedDatabase(first);
        return first;
      })();
      const from = await original;
      const to = name();
      // Owners are kept by cp alone.
      execFileSync('cp', ['-pR', from, to]);
      return to;
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

export async function query<Row extends object>(target: ConnectionTarget, text: string): Promise<Row[]> {
  const client = new Client({ ...target, options: `-c search_path=${SCHEMA},public` });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Where the PostgreSQL that runs on the data directory can be reached, by what it says itself. */
export function socketOf(dataDir: string): ConnectionTarget {
  const host = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[4] ?? '';
  return { host, port: 5432, user: 'firstcome', database: 'firstcome' };
}

/** The number in postmaster.pid; undefined once PostgreSQL has ended. */
export function postmasterPid(dataDir: string): number | undefined {
  try {
    return Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  } catch {
    return undefined;
  }
}

export function isRunning(pid: number): boolean {
  try {
    // A process that nobody has waited for yet counts as ended.
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
