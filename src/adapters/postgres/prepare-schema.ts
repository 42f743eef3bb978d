import { Fault } from '../../kernel/faults.ts';
import { type Queryable, SCHEMA } from './database.ts';

type Situation = {
  readonly database: string;
  readonly user: string;
  readonly encoding: string;
  readonly hasSchema: boolean;
  /** Our schema holds the table of our migrations. */
  readonly isOurs: boolean;
  /** Our schema holds tables, no matter who made them. */
  readonly hasTables: boolean;
  readonly mayCreate: boolean;
  /** Tables of firstcome lie in `public`, where versions before the first release put them. */
  readonly isOutdated: boolean;
};

const LOOK = `select current_database() as database, current_user as "user",
    current_setting('server_encoding') as encoding,
    n.oid is not null as "hasSchema",
    exists (select from pg_class where relnamespace = n.oid and relname = 'schema_migration') as "isOurs",
    exists (select from pg_class where relnamespace = n.oid and relkind in ('r', 'p', 'v', 'm', 'f')) as "hasTables",
    case when n.oid is null then has_database_privilege(current_database(), 'create')
      else has_schema_privilege(n.oid, 'usage') and has_schema_privilege(n.oid, 'create') end as "mayCreate",
    (select count(*) = 2 from pg_class c join pg_namespace p on p.oid = c.relnamespace
      where p.nspname = 'public' and c.relname in ('schema_migration', 'seat_hold')) as "isOutdated"
  from (select to_regnamespace('${SCHEMA}')::oid as oid) n`;

/**
 * Makes the schema of firstcome in a database that does not have it. Everything else in the database is left alone:
 * our tables have a schema of their own, so that no table of a stranger is taken for one of ours.
 *
 * Whatever would stop a migration in the middle is asked for first.
 * @throws Fault `database_encoding`, `database_rights`, `schema_foreign`, `database_outdated`, which name the remedy
 */
export async function prepareSchema(tx: Queryable): Promise<void> {
  const [found] = await tx.query<Situation>(LOOK);
  if (!found) throw new Error('PostgreSQL did not say what the database holds');
  if (found.isOurs && found.mayCreate) return;
  const problem = problemOf(found);
  if (problem) throw problem;
  if (!found.hasSchema) await tx.query(`create schema ${SCHEMA}`);
}

function problemOf(found: Situation): Fault | undefined {
  const { database, user, encoding } = found;
  const names = { database: quoted(database), user: quoted(user) };
  if (encoding !== 'UTF8') {
    return new Fault(
      'database_encoding',
      `The database ${database} stores text as ${encoding}, and names in every script need UTF8: make another one with ` +
        `"create database NAME encoding 'UTF8' template template0".`,
    );
  }
  if (found.isOutdated && !found.isOurs) {
    return outdated(database);
  }
  if (!found.mayCreate) {
    const remedy = found.hasSchema
      ? `grant usage, create on schema ${SCHEMA} to ${names.user}`
      : `create schema ${SCHEMA} authorization ${names.user}`;
    return new Fault(
      'database_rights',
      `The user ${user} may not make tables in the database ${database}: let its owner say "${remedy}".`,
    );
  }
  if (found.hasTables && !found.isOurs) {
    return new Fault(
      'schema_foreign',
      `The schema ${SCHEMA} of the database ${database} holds tables that are not of firstcome: give DATABASE_URL ` +
        `another database, or rename that schema.`,
    );
  }
  return undefined;
}

/** What is said of a database that an unreleased version made, with another schema than this one's. */
export async function outdatedDatabase(tx: Queryable): Promise<Fault> {
  const [row] = await tx.query<{ name: string }>('select current_database() as name');
  return outdated(row?.name ?? '');
}

function outdated(database: string): Fault {
  return new Fault(
    'database_outdated',
    `The database ${database} was made by an unreleased version with another schema: remove the data directory or give ` +
      'DATABASE_URL another database, or put a backup of this version in its place by "npm run cli -- restore FILE --replace".',
  );
}

/** As it must be written in a statement, which is then copied by a person. */
function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
