import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmbeddedPostgres, type EmbeddedPostgres } from '../../src/adapters/embedded-postgres/index.ts';

/** Names the data directory of the run's PostgreSQL to the test files. */
const TEST_DATABASE_DIR = 'TEST_DATABASE_DIR';

const PREFIX = 'firstcome-test-';
/** For the pools of several apps in each of the files that run at once. */
const POOLS = 200;
const silent = { info() {}, warn() {}, error() {} };

/**
 * A PostgreSQL in a temporary directory, or the run's own where there is one. Without safety from crashes: tests of
 * crashes start theirs.
 */
export async function startTestServer(): Promise<EmbeddedPostgres> {
  const shared = process.env[TEST_DATABASE_DIR];
  if (shared !== undefined) return start(shared);
  await sweepLeftovers();
  const directory = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    const server = await start(directory);
    process.env[TEST_DATABASE_DIR] = directory;
    const stop = async (): Promise<void> => {
      delete process.env[TEST_DATABASE_DIR];
      await server.stop();
      await remove();
    };
    return { ...server, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const options = { dataDir, logger: silent, role: 'tool', durable: false, poolSize: POOLS } as const;
  const server = createEmbeddedPostgres(options);
  await server.start();
  return server;
}

/** Removes the directories of runs that were killed; their PostgreSQL has stopped by itself. */
async function sweepLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length).split('-')[0]) : 0;
    if (pid > 0 && !isRunning(pid)) {
      await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
