import type { Clock } from './clock.ts';
import { DeadlineFault } from './faults.ts';

/**
 * Waits for `promise`, `ms` milliseconds at most, then rejects with a DeadlineFault that names `what`.
 * The work itself goes on; its late result or error is dropped.
 */
export function withDeadline<T>(promise: Promise<T>, ms: number, clock: Clock, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => reject(new DeadlineFault(`${what} took longer than ${ms} ms`)));
    const settleFirst = async (): Promise<void> => {
      try {
        resolve(await promise);
      } catch (error) {
        reject(error);
      } finally {
        cancel();
      }
    };
    void settleFirst();
  });
}
