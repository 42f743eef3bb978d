import { locksOfTabs } from '../state/locks.ts';

const LOCK = 'firstcome.session';

/** Runs while no other tab runs something alone, where tabs can agree on that. */
export function alone<T>(run: () => Promise<T>): Promise<T> {
  // Without locks the server's grace for lost answers bears two at once.
  return locksOfTabs()?.request(LOCK, run) ?? run();
}
