import type { LeaseStore } from '../../../platform/lease/lease.ts';
import type { Queryable } from '../database.ts';

// clock_timestamp(), not now(): a statement that waited for the row is judged by when it got it.
const LATER = `clock_timestamp() + $3::float8 * interval '1 millisecond'`;

const ACQUIRE = {
  name: 'lease-acquire',
  text: `insert into lease as l (name, holder, fencing_number, expires_at) values ($1, $2, 1, ${LATER})
    on conflict (name) do update
      set holder = excluded.holder, fencing_number = l.fencing_number + 1, expires_at = ${LATER}
      where l.expires_at <= clock_timestamp()
    returning fencing_number as "fencingNumber"`,
};

const HELD = 'name = $1 and fencing_number = $2 and expires_at > clock_timestamp()';

const RENEW = {
  name: 'lease-renew',
  text: `update lease set expires_at = ${LATER} where ${HELD} returning name`,
};

const RELEASE = { name: 'lease-release', text: `update lease set expires_at = '-infinity' where ${HELD}` };

const IS_HELD = { name: 'lease-is-held', text: `select from lease where ${HELD}` };

/** Leases as rows of `lease`, each of these one statement. */
export function createLeaseStore(database: Queryable): LeaseStore {
  return {
    async acquire({ name, holder, ttlMs }) {
      const [row] = await database.query<{ fencingNumber: number }>(ACQUIRE, [name, holder, ttlMs]);
      return row && { name, holder, fencingNumber: row.fencingNumber };
    },
    async renew({ name, fencingNumber }, ttlMs) {
      return (await database.query(RENEW, [name, fencingNumber, ttlMs])).length > 0;
    },
    async release({ name, fencingNumber }) {
      await database.query(RELEASE, [name, fencingNumber]);
    },
    async isHeld({ name, fencingNumber }) {
      return (await database.query(IS_HELD, [name, fencingNumber])).length > 0;
    },
  };
}
