import { Fault } from '../../kernel/faults.ts';
import { type Queryable, SCHEMA } from './database.ts';

export type DatabaseMode = 'demo' | 'production';

/** What a database is for, as its mark says; undefined where nobody has marked it. */
export async function readMode(database: Queryable): Promise<DatabaseMode | undefined> {
  const [row] = await database.query<{ mode: DatabaseMode }>('select mode from database_mode');
  return row?.mode;
}

/**
 * Marks a database as production's. Anyone who comes first decides: a demonstration that is being loaded at this moment
 * is waited for.
 * @throws Fault `demo_database`: it was a demonstration, and everybody knows a manager's password
 */
export async function markForProduction(database: Queryable): Promise<void> {
  if ((await mark(database, 'production')) === 'production') return;
  throw new Fault(
    'demo_database',
    'This database holds the demonstration, whose passwords are public: give production another one, by DATA_DIR or ' +
      'DATABASE_URL, or empty it by "npm run cli -- demo remove".',
  );
}

/**
 * Marks a database as a demonstration's, if it is one or may become one: an empty one that nobody else uses.
 * @throws Fault `production_database`, `database_not_empty`, `database_shared`
 */
export async function markForDemo(database: Queryable): Promise<void> {
  const mode = await readMode(database);
  if (mode === 'demo') return;
  if (mode === undefined) await assertUnused(database);
  if ((await mark(database, 'demo')) === 'demo') return;
  throw new Fault(
    'production_database',
    'This is the database of a production system, which the demonstration would ruin: set MODE=production, or give ' +
      'the demonstration another database, by DATA_DIR or DATABASE_URL.',
  );
}

async function mark(database: Queryable, mode: DatabaseMode): Promise<DatabaseMode | undefined> {
  // Two statements: the second sees what another transaction committed while the first waited for it.
  await database.query('insert into database_mode (mode) values ($1) on conflict do nothing', [mode]);
  return readMode(database);
}

const USE = `select
  exists (select from account) or exists (select from event) as "isFilled",
  (select min(format('%s.%s', n.nspname, c.relname)) from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname not in ('${SCHEMA}', 'information_schema')
      and n.nspname not like 'pg\\_%'
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')) as "strangersTable"`;

async function assertUnused(database: Queryable): Promise<void> {
  const [use] = await database.query<{ isFilled: boolean; strangersTable: string | null }>(USE);
  if (use?.isFilled === true) {
    throw new Fault(
      'database_not_empty',
      'This database holds accounts and is no demonstration: set MODE=production, or give the demonstration an ' +
        'empty database, by DATA_DIR or DATABASE_URL.',
    );
  }
  if (typeof use?.strangersTable === 'string') {
    throw new Fault(
      'database_shared',
      `This database is used by others (it holds the table ${use.strangersTable}), and the demonstration goes only ` +
        'into one that nobody else uses: name another by DATABASE_URL.',
    );
  }
}
