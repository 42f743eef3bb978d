import type { Database } from '../adapters/postgres/database.ts';
import { createRoomStores } from '../adapters/postgres/waiting-room/room-store.ts';
import type { Config } from '../config/config.ts';
import { systemClock } from '../kernel/clock.ts';
import { LineEngine } from '../modules/waiting-room/index.ts';
import { lineRules } from './compose/waiting-room.ts';

/** Lets people join the line of a performance, in this order. */
export type JoinLine = (performanceId: string, accountIds: readonly string[]) => Promise<void>;

/** Joins of one step. */
const AT_ONCE = 4_096;

/**
 * Keeps the lines of a database for as long as `work` takes, as the system itself does: a million people join in ten
 * seconds, which over HTTP would take two minutes.
 * `join` throws an ElsewhereFault for a room that a running system keeps
 */
export async function withLine<T>(
  config: Config,
  database: Database,
  work: (join: JoinLine) => Promise<T>,
): Promise<T> {
  const clock = systemClock;
  const stores = createRoomStores({ database, clock });
  const line = new LineEngine({ stores, clock, rules: lineRules(config) });
  await line.start();
  try {
    return await work(async (performanceId, accountIds) => {
      for (let at = 0; at < accountIds.length; at += AT_ONCE) {
        const some = accountIds.slice(at, at + AT_ONCE);
        await line.write(some.map((accountId) => ({ kind: 'join', performanceId, accountId })));
      }
    });
  } finally {
    await line.stop();
  }
}
