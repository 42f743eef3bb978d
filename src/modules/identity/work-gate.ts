import { OverloadedFault } from '../../kernel/faults.ts';

/**
 * Lets `maxRunning` pieces of work run at once and `maxWaiting` wait, in order of arrival; beyond that it
 * refuses with an OverloadedFault.
 */
export type WorkGate = <T>(work: () => Promise<T>) => Promise<T>;

export function createWorkGate(options: {
  readonly maxRunning: number;
  readonly maxWaiting: number;
  /** How long one piece takes, roughly: what the refusal promises is made of it. */
  readonly typicalMs: number;
}): WorkGate {
  const { maxRunning, maxWaiting, typicalMs } = options;
  const waiting: (() => void)[] = [];
  let running = 0;

  const enter = (): Promise<void> | undefined => {
    if (running < maxRunning) {
      running++;
      return undefined;
    }
    if (waiting.length >= maxWaiting) {
      const retryAfterMs = Math.ceil((typicalMs * maxWaiting) / maxRunning);
      throw new OverloadedFault(`${waiting.length} pieces of work are waiting`, { retryAfterMs });
    }
    return new Promise((resolve) => waiting.push(resolve));
  };

  return async (work) => {
    await enter();
    try {
      return await work();
    } finally {
      // The place is handed on, so that nobody who comes now overtakes who waits.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
