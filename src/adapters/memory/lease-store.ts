import type { Clock } from '../../kernel/clock.ts';
import type { Lease, LeaseStore } from '../../platform/lease/lease.ts';

/** Leases of one process, by its clock. */
export function createMemoryLeaseStore(clock: Clock): LeaseStore {
  const leases = new Map<string, Lease & { readonly expiresAt: number }>();
  const isHeld = ({ name, fencingNumber }: Lease): boolean => {
    const current = leases.get(name);
    return current?.fencingNumber === fencingNumber && clock.now() < current.expiresAt;
  };
  return {
    acquire({ name, holder, ttlMs }) {
      const current = leases.get(name);
      if (current && isHeld(current)) return Promise.resolve(undefined);
      const lease = { name, holder, fencingNumber: (current?.fencingNumber ?? 0) + 1 };
      leases.set(name, { ...lease, expiresAt: clock.now() + ttlMs });
      return Promise.resolve(lease);
    },
    renew(lease, ttlMs) {
      const held = isHeld(lease);
      if (held) leases.set(lease.name, { ...lease, expiresAt: clock.now() + ttlMs });
      return Promise.resolve(held);
    },
    release(lease) {
      // The row stays, so that the next number is a higher one.
      if (isHeld(lease)) leases.set(lease.name, { ...lease, expiresAt: Number.NEGATIVE_INFINITY });
      return Promise.resolve();
    },
    isHeld: (lease) => Promise.resolve(isHeld(lease)),
  };
}
