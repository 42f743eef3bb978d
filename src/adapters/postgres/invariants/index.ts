import type { Database, Queryable, Row, Statement } from '../database.ts';
import { toFault } from '../errors.ts';
import { cardInvariants } from './cards.ts';
import { deadLetterInvariants } from './dead-letters.ts';
import { doorInvariants } from './doors.ts';
import { eventInvariants } from './events.ts';
import type { CheckedInvariant, Invariant, InvariantResult } from './invariant.ts';
import { leaseInvariants } from './leases.ts';
import { lineInvariantNames, runLineInvariants } from './line.ts';
import { moneyInvariants } from './money.ts';
import { requestInvariants } from './requests.ts';
import { seatInvariants } from './seats.ts';

export type CheckReport = { readonly invariants: readonly CheckedInvariant[] };

const INVARIANTS: readonly Invariant[] = [
  ...seatInvariants,
  ...moneyInvariants,
  ...cardInvariants,
  ...doorInvariants,
  ...eventInvariants,
  ...deadLetterInvariants,
  ...leaseInvariants,
  ...requestInvariants,
];

/**
 * Checks every invariant of the product on one snapshot of the database; it writes nothing and may run
 * beside the system at any time. What is found wrong stands in the report; a check that cannot run counts
 * as a breach.
 */
export function runCheck(database: Database): Promise<CheckReport> {
  return onSnapshot(database, async (snapshot) => {
    const invariants: CheckedInvariant[] = [];
    for (const invariant of INVARIANTS) {
      const result = await attempt(
        snapshot,
        () => invariant.run(snapshot),
        (failure) => failure,
      );
      invariants.push({ name: invariant.name, ...result });
    }
    const line = await attempt(
      snapshot,
      () => runLineInvariants(snapshot),
      (failure) => lineInvariantNames().map((name) => ({ name, ...failure })),
    );
    return { invariants: [...invariants, ...line] };
  });
}

/** A failed statement would end the transaction, and the snapshot with it; hence the savepoint. */
async function attempt<T>(
  snapshot: Queryable,
  run: () => Promise<T>,
  otherwise: (failure: InvariantResult) => T,
): Promise<T> {
  await snapshot.query('savepoint attempt');
  try {
    return await run();
  } catch (error) {
    const { message } = toFault(error);
    // Without the connection there is no snapshot to go on with: that is thrown here.
    await snapshot.query('rollback to savepoint attempt');
    return otherwise({ ok: false, checked: 0, detail: `could not be checked: ${message}` });
  }
}

async function onSnapshot<T>(database: Database, work: (snapshot: Queryable) => Promise<T>): Promise<T> {
  const client = await database.connect().catch((error: unknown) => {
    throw toFault(error);
  });
  try {
    // In one message, so that now() is the moment of the snapshot: what lapsed between the two would look
    // as if it were still held beside its successor. No compiled plans: each statement runs once.
    await client.query(`begin isolation level repeatable read, read only;
      set local jit = off; set local work_mem = '64MB'; select 1`);
    return await work({
      async query<R extends Row>(statement: Statement, values: readonly unknown[] = []) {
        const config = typeof statement === 'string' ? { text: statement } : statement;
        return (await client.query<R>({ ...config, values: [...values] })).rows;
      },
    });
  } catch (error) {
    throw toFault(error);
  } finally {
    await client.query('rollback').then(
      // Its statements have no deadline, which those of the pool have.
      () => client.release(true),
      (error: Error) => client.release(error),
    );
  }
}
