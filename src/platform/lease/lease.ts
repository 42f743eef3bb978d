/** The right to do, for a time, what only one process does. */
export type Lease = {
  readonly name: string;
  readonly holder: string;
  /** Grows with each holder: what carries a lower one than the last comes from somebody who has lost it. */
  readonly fencingNumber: number;
};

export type LeaseRequest = { readonly name: string; readonly holder: string; readonly ttlMs: number };

/**
 * Port. Times are the store's: no clock of a process says whether a lease has expired.
 *
 * Invariants:
 * - A lease has one holder at most, until it expires or is released.
 * - A lease that has expired stays lost, also where nobody has taken it since.
 */
export type LeaseStore = {
  /** @returns undefined while the lease is anybody's, also the asker's own */
  acquire(request: LeaseRequest): Promise<Lease | undefined>;
  /** Lets it last `ttlMs` from now. @returns false where it is lost */
  renew(lease: Lease, ttlMs: number): Promise<boolean>;
  /** Ends it at once; one that is lost stays whose it is now. */
  release(lease: Lease): Promise<void>;
  /** The fencing check: a holder that stood still does not know by itself that its time is over. */
  isHeld(lease: Lease): Promise<boolean>;
};
