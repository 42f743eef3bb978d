import type { LeaseKeeper } from '../../src/platform/lease/lease-keeper.ts';

/** For tests of one process: whatever works under a lease does its work. */
export const alwaysHeld: Pick<LeaseKeeper, 'run'> = {
  run: (work) => work(new AbortController().signal),
};
