import { Fault } from '../../kernel/faults.ts';
import type { Database, Queryable } from './database.ts';
import { LOCKS } from './locks.ts';

/**
 * Does work that a database needs once in its life, whichever process comes first: all of the work and the
 * note that it was done are one transaction. A process that dies in the middle leaves nothing behind, and the
 * next one begins again; a second process waits for the first.
 * @param work gets the database as the transaction sees it; must await all that it does there
 * @returns whether it was this call that did the work
 */
export async function runOnce(
  database: Database,
  name: string,
  work: (inside: Database) => Promise<void>,
): Promise<boolean> {
  return database.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1, hashtext($2))', [LOCKS.once, name]);
    if (await wasDone(tx, name)) return false;
    const inside = createInside(database, tx);
    // Work that tries again after a pause, on a clock that stands still, would never come back.
    await Promise.race([work(inside.database), inside.spoilt]);
    inside.assertWhole();
    await tx.query('insert into done_once (name) values ($1)', [name]);
    return true;
  }, PATIENTLY);
}

/** A second process waits for the whole work of the first. */
const PATIENTLY = { patient: true };

/** Whether the work of this name was done on this database, by whatever process. */
async function wasDone(database: Queryable, name: string): Promise<boolean> {
  const rows = await database.query('select from done_once where name = $1', [name]);
  return rows.length > 0;
}

/**
 * The database as one open transaction sees it. Transactions inside are parts of it, which cannot be rolled
 * back alone: one that fails spoils the whole. Statements run one after the other, however they are asked for.
 */
function createInside(
  outside: Database,
  tx: Queryable,
): { readonly database: Database; assertWhole(): void; readonly spoilt: Promise<never> } {
  const spoilt = Promise.withResolvers<never>();
  spoilt.promise.catch(() => undefined);
  let last: Promise<unknown> = Promise.resolve();
  let failure: Fault | undefined;
  const assertWhole = () => {
    if (failure) throw failure;
  };
  const spoil = (error: unknown): never => {
    failure ??= asFault(error);
    spoilt.reject(failure);
    throw error;
  };
  const query: Queryable['query'] = (statement, values) => {
    const answer = last.then(() => {
      assertWhole();
      return tx.query(statement, values).catch(spoil) as Promise<never>;
    });
    last = answer.catch(() => undefined);
    return answer;
  };
  const transaction: Database['transaction'] = async (work) => {
    try {
      return await work({ query });
    } catch (error) {
      return spoil(error);
    }
  };
  const unavailable = () => {
    throw new Error('there is no such thing inside a transaction');
  };
  const database: Database = {
    ...outside,
    query,
    transaction,
    connect: unavailable,
    // Whose connection it is hears of it already.
    watch: () => undefined,
    close: () => Promise.resolve(),
  };
  return { database, assertWhole, spoilt: spoilt.promise };
}

/** A lost database says so itself; what else spoils a transaction is told as such. */
function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  return new Fault('transaction_spoilt', 'a part of the transaction had failed', { cause: error });
}
