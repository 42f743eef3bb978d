import type { Clock } from '../../kernel/clock.ts';

const SECOND_MS = 1_000;

/**
 * Bounds what is logged of what happens to everyone at once: a database that is away would else cost a line
 * and a stack for each of twenty thousand requests a second, when there is least to spare.
 */
export type LineBudget = {
  /** @returns how many lines were left out before this one; undefined: leave this one out as well */
  take(): number | undefined;
};

export function createLineBudget(clock: Clock, linesPerSecond: number): LineBudget {
  let endsAt = -Infinity;
  let left = 0;
  let leftOut = 0;
  return {
    take() {
      const now = clock.now();
      if (now >= endsAt) {
        endsAt = now + SECOND_MS;
        left = linesPerSecond;
      }
      if (left === 0) {
        leftOut += 1;
        return undefined;
      }
      left -= 1;
      const before = leftOut;
      leftOut = 0;
      return before;
    },
  };
}
