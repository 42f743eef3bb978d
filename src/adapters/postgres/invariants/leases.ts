import { countedBreaches, type Invariant } from './invariant.ts';

/** What one process does for all: another must be able to take it over soon. */
export const leaseInvariants: readonly Invariant[] = [
  countedBreaches({
    name: 'leases_expire',
    checked: 'select count(*) from lease',
    breaches: `select 'lease ' || name || ' of ' || holder || ' lasts until ' || expires_at
      from lease where expires_at > now() + interval '1 hour'`,
  }),
];
