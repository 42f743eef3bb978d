import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../kernel/faults.ts';
import { type Queryable, SCHEMA } from './database.ts';
import { LOCKS } from './locks.ts';

/** A killed system's sessions end when PostgreSQL notices, which a busy machine delays. */
const WAIT_MS_MAX = 3_000;
const WAIT_MS = 100;

/**
 * Keeps everybody else off the database until the transaction ends: who starts waits to migrate, and who has started
 * shows by a session.
 * @throws Fault `database_in_use`
 */
export async function lockAlone(tx: Queryable): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [LOCKS.migration]);
  for (let waitedMs = 0; ; waitedMs += WAIT_MS) {
    const others = await tx.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and application_name = 'firstcome'
         and pid <> pg_backend_pid()`,
    );
    if (others.length === 0) return;
    if (waitedMs >= WAIT_MS_MAX) {
      throw new Fault(
        'database_in_use',
        'The system, or a command, is using this database: stop it first, then say this again.',
      );
    }
    await sleep(WAIT_MS);
  }
}

const CONTENTS = `
  select format('drop %s if exists %s cascade', case relkind when 'v' then 'view' else 'table' end, oid::regclass) as text
  from pg_class where relnamespace = to_regnamespace('${SCHEMA}') and relkind in ('r', 'v')
  union all
  select format('drop function if exists %s cascade', oid::regprocedure)
  from pg_proc where pronamespace = to_regnamespace('${SCHEMA}')`;

/** Removes all of firstcome from the database, in an open transaction. The schema stays: its owner may not be allowed to make another. */
export async function clearSchema(tx: Queryable): Promise<void> {
  for (const { text } of await tx.query<{ text: string }>(CONTENTS)) await tx.query(text);
}
