import { totalmem } from 'node:os';
import { SEGMENT_BYTES, SPARE_SEGMENTS } from './spare-wal.ts';
import { SOCKET_PORT } from './types.ts';

const MiB = 2 ** 20;
const SPARE_WAL = `${((SPARE_SEGMENTS + 1) * SEGMENT_BYTES) / MiB}MB`;

/** Besides the pool of the server: its lease and its followers, commands beside it with pools of their own. */
const CONNECTIONS_BESIDES = 40;

export const SETTINGS_FILE = 'firstcome.conf';

/** The end of postgresql.conf. */
export const INCLUDE_SETTINGS = `
# firstcome writes its settings to this file at every start. What you write below the next line wins.
include '${SETTINGS_FILE}'
`;

/** What the machine, or the container, grants this process, in bytes. */
export function availableMemory(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/**
 * Settings that a person may override below the `include` line of postgresql.conf. Durable, for a machine that
 * PostgreSQL shares with the program itself.
 */
export function tunedSettings(
  memoryBytes: number,
  { durable, poolSize }: { readonly durable: boolean; readonly poolSize: number },
): Record<string, string> {
  const sharedMiB = clamp(Math.floor(memoryBytes / MiB / 32), 32, 512);
  const onOff = durable ? 'on' : 'off';
  return {
    max_connections: String(poolSize + CONNECTIONS_BESIDES),
    shared_buffers: `${sharedMiB}MB`,
    effective_cache_size: `${Math.max(128, Math.floor(memoryBytes / MiB / 2))}MB`,
    work_mem: '8MB',
    maintenance_work_mem: `${clamp(Math.floor(memoryBytes / MiB / 64), 32, 256)}MB`,
    // Durability. The programs from npm are built without lz4, and pglz costs more time than it saves here.
    fsync: onOff,
    synchronous_commit: onOff,
    full_page_writes: onOff,
    wal_compression: 'off',
    commit_delay: '0',
    // What is kept ready for a rush: spare-wal.ts. A checkpoint begins when a little over half of it is used and gives
    // segments back before the rest is (docs/decisions/004-preallocate-wal.md).
    checkpoint_timeout: '15min',
    checkpoint_completion_target: '0.9',
    max_wal_size: SPARE_WAL,
    min_wal_size: SPARE_WAL,
    wal_buffers: '16MB',
    max_wal_senders: '2',
    // Rows of seats and lines are updated again and again: dead versions are cleared early.
    autovacuum_naptime: '10s',
    autovacuum_vacuum_cost_limit: '1000',
    // Few cores, short statements.
    jit: 'off',
    io_method: 'sync',
    max_worker_processes: '4',
    max_parallel_workers: '2',
    max_parallel_workers_per_gather: '1',
    max_logical_replication_workers: '0',
    random_page_cost: '1.1',
    // Errors are reported to the client, which logs them: this log tells the server's own story and stays small.
    log_min_messages: 'log',
    log_checkpoints: 'off',
    log_autovacuum_min_duration: '-1',
    log_timezone: 'UTC',
    timezone: 'UTC',
  };
}

/** Settings that nothing may override: the socket is the only door. */
export function fixedSettings(socketDirectory: string): Record<string, string> {
  return {
    listen_addresses: '',
    unix_socket_directories: socketDirectory,
    unix_socket_permissions: '0700',
    port: String(SOCKET_PORT),
    logging_collector: 'off',
    log_destination: 'stderr',
  };
}

/** The text of a PostgreSQL configuration file. */
export function renderSettings(settings: Record<string, string>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    .join('');
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
