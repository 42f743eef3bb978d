import type { Clock } from '../../kernel/clock.ts';
import { UnavailableFault } from '../../kernel/faults.ts';

const AWAY_MS = 1_000;

/**
 * Work in Redis that can be left out. While Redis is away it is, and for a second nobody else waits for an answer either.
 * @returns what the work gives, or undefined where Redis is away
 */
export function createDetour(
  clock: Clock,
  onError: (error: unknown) => void,
): <T>(work: () => Promise<T>) => Promise<T | undefined> {
  let awayUntil = 0;
  return async (work) => {
    if (clock.now() < awayUntil) return undefined;
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UnavailableFault)) throw error;
      awayUntil = clock.now() + AWAY_MS;
      onError(error);
      return undefined;
    }
  };
}
