import { statfs } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { AdapterLogger, Cluster, ConnectionTarget } from './types.ts';

/**
 * Preallocates segments of the write-ahead log (16 MiB each), so that a rush finds half a million holds' worth of them
 * ready.
 *
 * A new segment is written full of zeros and synced before it is used, and every commit waits for that
 * (docs/decisions/004-preallocate-wal.md).
 *
 * A checkpoint makes segments that are no longer needed ready for use again, as many as `min_wal_size` says, and keeps
 * them over restarts. So it takes one filling for a data directory: the log is moved on by as many segments as
 * there are to be, and a checkpoint follows.
 */
export const SPARE_SEGMENTS = 31;
export const SEGMENT_BYTES = 16 * 2 ** 20;
/** Who has less room on the disk than this many times of what is preallocated gets none. */
const FREE_TIMES_MIN = 8;
/** The first seconds belong to the start. */
const DELAY_MS = 5_000;
/** Between two segments others may commit. */
const BREATH_MS = 100;
const CONNECT_MS = 5_000;
const LOSS_KNOWN_MS = 1_000;

export type SpareWalOptions = {
  /** PostgreSQL's data directory. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly segments?: number;
  readonly delayMs?: number;
  /** Bytes that are free on the disk of `directory`; for tests. */
  readonly freeBytes?: (directory: string) => Promise<number>;
};

/**
 * Fills up where less than half of the segments are ready; an abort ends it early, and the next call begins again.
 * @returns how many segments were preallocated
 * @throws what the connection throws
 */
export async function layInWal(target: ConnectionTarget, options: SpareWalOptions): Promise<number> {
  const { directory, signal, segments = SPARE_SEGMENTS, freeBytes = bytesFree } = options;
  try {
    await sleep(options.delayMs ?? DELAY_MS, undefined, { signal, ref: false });
  } catch {
    return 0;
  }
  if ((await freeBytes(directory)) < segments * SEGMENT_BYTES * FREE_TIMES_MIN || signal.aborted) return 0;
  const client = new Client({
    ...target,
    application_name: `firstcome spare WAL ${process.pid}`,
    connectionTimeoutMillis: CONNECT_MS,
  });
  // Without a listener a lost connection would end the process; the query that fails tells of it.
  client.on('error', () => undefined);
  // A stop must not wait for a statement: the end breaks off the one that runs.
  const end = () => client.end().catch(() => undefined);
  const breakOff = () => void end();
  signal.addEventListener('abort', breakOff, { once: true });
  const progress = { made: 0 };
  try {
    await client.connect();
    if ((await countReady(client)) * 2 < segments) await moveOn(client, segments, progress);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', breakOff);
    await end();
  }
  return progress.made;
}

/**
 * Preallocates what is missing, for a server that has just begun to use the cluster. Ends with the signal, and with the
 * PostgreSQL that it began on: the next one has a filling of its own. That it fails is only logged.
 */
export async function keepSpareWal(
  { directory }: Cluster,
  target: ConnectionTarget,
  options: { readonly signal: AbortSignal; readonly lost: Promise<void>; readonly logger: AdapterLogger },
): Promise<void> {
  const { logger } = options;
  const gone = new AbortController();
  void options.lost.then(() => gone.abort());
  const signal = AbortSignal.any([options.signal, gone.signal]);
  try {
    const segments = await layInWal(target, { directory, signal });
    if (segments > 0) logger.info({ segments }, 'Segments of the write-ahead log are preallocated');
  } catch (error) {
    // A statement can fail a moment before the loss of PostgreSQL is known, which then is told of as such.
    await Promise.race([options.lost, sleep(LOSS_KNOWN_MS, undefined, { ref: false })]);
    if (gone.signal.aborted) return;
    logger.warn(
      { err: error },
      'No segments of the write-ahead log were preallocated: commits may wait for new ones',
    );
  }
}

/** Segments ahead of the one that is being written. */
export async function countReady(client: Client): Promise<number> {
  const { rows } = await client.query<{ ready: number }>(
    `select count(*)::integer as ready from pg_ls_waldir()
     where name ~ '^[0-9A-F]{24}$' and name > pg_walfile_name(pg_current_wal_insert_lsn())`,
  );
  return rows[0]!.ready;
}

async function moveOn(client: Client, segments: number, progress: { made: number }): Promise<void> {
  while (progress.made < segments) {
    // An empty segment is not left: something has to stand in it.
    await client.query(`select pg_logical_emit_message(false, 'firstcome', 'spare WAL')`);
    await client.query('select pg_switch_wal()');
    progress.made += 1;
    await sleep(BREATH_MS);
  }
  // Without it the end of PostgreSQL, which is a checkpoint too, makes them ready.
  await client.query('checkpoint');
}

async function bytesFree(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}
