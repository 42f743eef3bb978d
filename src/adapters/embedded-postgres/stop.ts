import { setTimeout as sleep } from 'node:timers/promises';
import type { Share } from './acquire.ts';
import { hasWatchdog, leaveKeepalive } from './keepalive.ts';
import { isPostmaster } from './postmaster.ts';
import { removeSocketDirectory } from './socket-directory.ts';
import type { AdapterLogger, Cluster } from './types.ts';
import { STILL_USED_AFTER_MS, STOP_MS_MAX } from './watchdog.ts';

const POLL_MS = 10;
/** How long a watchdog that no longer listens has to pass the word on. */
const WATCHDOG_GRACE_MS = 1_000;

/** Leaves the running PostgreSQL, and waits for its end unless others use it. */
export async function leaveShare(cluster: Cluster, share: Share, logger: AdapterLogger): Promise<void> {
  const { pid } = share.postmaster;
  const others = await share.lease.countOthers().catch(() => 0);
  await share.lease.close();
  leaveKeepalive(share.keepalive);
  if (others > 0) {
    logger.info({ pid, others }, 'PostgreSQL is left running for other processes');
    return;
  }
  let told = false;
  for (const sinceMs = performance.now(); await isPostmaster(pid, cluster.directory); await sleep(POLL_MS)) {
    const waitedMs = performance.now() - sinceMs;
    const watched = hasWatchdog(cluster.directory);
    if (watched && waitedMs > STILL_USED_AFTER_MS) return;
    if (!watched && waitedMs > WATCHDOG_GRACE_MS && !told) {
      told = true;
      process.kill(pid, 'SIGINT');
    }
    if (waitedMs > STOP_MS_MAX) {
      logger.warn({ pid }, 'PostgreSQL is still stopping');
      return;
    }
  }
  await removeSocketDirectory(share.target.host);
}
