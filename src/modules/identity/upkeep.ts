import { type Cancel, type Clock, every } from '../../kernel/clock.ts';
import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import type { LeaseKeeper } from '../../platform/lease/lease-keeper.ts';
import type { AccountStore, SessionStore } from './ports.ts';
import type { TokenEndings } from './token-endings.ts';

export type UpkeepDeps = {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly endings: TokenEndings;
  readonly clock: Clock;
  /** Where several processes run, the one that has it clears away. */
  readonly upkeepLease: Pick<LeaseKeeper, 'run'>;
  /** How often endings of other processes are read: for so long they may be overlooked here. */
  readonly endingsPollMs: number;
  /** How long an ending matters. */
  readonly endingsKeptMs: number;
  readonly endingsMax: number;
  readonly onError: (error: unknown) => void;
};

/** Endings are written under the clock of the one who wrote them, and are seen when they commit. */
const OVERLAP_MS = 30_000;
const PRUNE_INTERVAL_MS = 3_600_000;

/**
 * Knows from the start which tokens ended before the process did, follows what other processes end, and
 * clears away sessions that have expired.
 */
export function createUpkeep(deps: UpkeepDeps): Lifecycle {
  const { accounts, sessions, endings, clock, upkeepLease, onError, endingsMax } = deps;
  let cancels: Cancel[] = [];

  async function readEndings(since: number): Promise<void> {
    const [ofSessions, ofAccounts] = await Promise.all([
      sessions.endingsSince(since, endingsMax),
      accounts.endingsSince(since, endingsMax),
    ]);
    for (const ending of ofSessions) endings.endSession(ending);
    for (const ending of ofAccounts) endings.endAccountTokens(ending);
  }

  return createLifecycle('identity', {
    async start() {
      let readAt = clock.now();
      await readEndings(readAt - deps.endingsKeptMs);
      const follow = async (): Promise<void> => {
        const now = clock.now();
        await readEndings(readAt - OVERLAP_MS);
        readAt = now;
      };
      const prune = () => upkeepLease.run((signal) => sessions.prune(clock.now(), signal));
      cancels = [
        every(clock, deps.endingsPollMs, follow, onError, { unref: true }),
        every(clock, PRUNE_INTERVAL_MS, prune, onError, { unref: true }),
      ];
    },
    stop() {
      for (const cancel of cancels) cancel();
    },
  });
}
