import type { Queryable } from '../../../src/adapters/postgres/database.ts';

export type SchemaTable = {
  readonly name: string;
  readonly columns: readonly SchemaColumn[];
  readonly foreignKeys: readonly { readonly column: string; readonly table: string }[];
  /** Statements that make it, foreign keys aside. */
  readonly sql: string;
};

export type SchemaColumn = {
  readonly name: string;
  readonly type: string;
  readonly isKey: boolean;
  readonly isNullable: boolean;
};

export type SchemaDump = {
  readonly tables: readonly SchemaTable[];
  /** Statements that make the whole schema in an empty database. */
  readonly sql: string;
};

const TABLES = `
  select c.oid::integer as oid, c.relname as name,
    coalesce(' with (' || array_to_string(c.reloptions, ', ') || ')', '') as options
  from pg_class c where c.relnamespace = 'firstcome'::regnamespace and c.relkind = 'r' order by c.relname`;

const COLUMNS = `
  select a.attrelid::integer as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
    not a.attnotnull as "isNullable", a.attstorage <> t.typstorage as "isStoredOtherwise", a.attstorage as storage,
    case a.attidentity when 'a' then (select format('generated always as identity (cache %s increment %s)',
        s.seqcache, s.seqincrement) from pg_sequence s
        where s.seqrelid = pg_get_serial_sequence(format('%I', c.relname), a.attname)::regclass)
      else 'default ' || pg_get_expr(d.adbin, d.adrelid) end as filled,
    exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'p' and a.attnum = any (k.conkey)) as "isKey"
  from pg_attribute a
  join pg_class c on c.oid = a.attrelid and c.relkind = 'r' and c.relnamespace = 'firstcome'::regnamespace
  join pg_type t on t.oid = a.atttypid
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attnum > 0 and not a.attisdropped order by a.attrelid, a.attnum`;

const CONSTRAINTS = `
  select conrelid::integer as table, conname as name, contype as kind, pg_get_constraintdef(oid) as sql,
    confrelid::regclass::text as target,
    (select attname from pg_attribute where attrelid = conrelid and attnum = conkey[1]) as column
  from pg_constraint where connamespace = 'firstcome'::regnamespace and conrelid <> 0 and contype <> 'n' order by conname`;

const INDEXES = `
  select i.indrelid::integer as table, pg_get_indexdef(i.indexrelid) as sql
  from pg_index i join pg_class c on c.oid = i.indexrelid
  where c.relnamespace = 'firstcome'::regnamespace
    and not exists (select from pg_constraint where conindid = i.indexrelid) order by c.relname`;

const SEQUENCES = `
  select format('create sequence %I as %s', c.relname, format_type(s.seqtypid, null)) as made,
    (select format('alter sequence %I owned by %s.%I', c.relname, d.refobjid::regclass, a.attname)
      from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
      where d.objid = c.oid and d.deptype = 'a') as owned
  from pg_sequence s join pg_class c on c.oid = s.seqrelid
  where c.relnamespace = 'firstcome'::regnamespace
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'i') order by c.relname`;

const VIEWS = `
  select format(E'create view %I as\\n%s', relname, pg_get_viewdef(oid)) as sql from pg_class
  where relnamespace = 'firstcome'::regnamespace and relkind = 'v' order by relname`;

const FUNCTIONS = `
  select pg_get_functiondef(oid) as sql from pg_proc where pronamespace = 'firstcome'::regnamespace order by proname`;

type TableRow = { oid: number; name: string; options: string };
type ColumnRow = SchemaColumn & {
  table: number;
  filled: string | null;
  isStoredOtherwise: boolean;
  storage: string;
};
type ConstraintRow = {
  table: number;
  name: string;
  kind: string;
  sql: string;
  target: string;
  column: string;
};
type SqlRow = { sql: string };

/** Reads the schema of a database from PostgreSQL's catalogue. The same schema always gives the same text. */
export async function dumpSchema(database: Queryable): Promise<SchemaDump> {
  const [rows, columns, constraints] = [
    await database.query<TableRow>(TABLES),
    await database.query<ColumnRow>(COLUMNS),
    await database.query<ConstraintRow>(CONSTRAINTS),
  ];
  const indexes = await database.query<SqlRow & { table: number }>(INDEXES);
  const tables = rows.map((row) => {
    const own = <T extends { table: number }>(all: readonly T[]) =>
      all.filter(({ table }) => table === row.oid);
    const foreign = own(constraints).filter(({ kind }) => kind === 'f');
    return {
      name: row.name,
      columns: own(columns),
      foreignKeys: foreign.map(({ column, target }) => ({ column, table: target })),
      sql: [...tableStatements(row, own(columns), own(constraints)), ...own(indexes).map(({ sql }) => sql)]
        .map(toStatement)
        .join('\n'),
      links: foreign.map(({ name, sql }) => `alter table ${row.name} add constraint ${name} ${sql}`),
    };
  });
  const sequences = await database.query<{ made: string; owned: string | null }>(SEQUENCES);
  const rest = [
    ...tables.flatMap(({ links }) => links),
    ...sequences.flatMap(({ owned }) => owned ?? []),
    ...(await database.query<SqlRow>(VIEWS)).map(({ sql }) => sql),
    ...(await database.query<SqlRow>(FUNCTIONS)).map(({ sql }) => sql.trimEnd()),
  ];
  const parts = [
    ...sequences.map(({ made }) => toStatement(made)),
    ...tables.map(({ sql }) => sql),
    ...rest.map(toStatement),
  ];
  return { tables, sql: `${parts.join('\n\n').replaceAll(/ +$/gm, '').replaceAll('firstcome.', '')}\n` };
}

function tableStatements(
  { name, options }: TableRow,
  columns: readonly ColumnRow[],
  constraints: readonly ConstraintRow[],
): readonly string[] {
  const lines = [
    ...columns.map((column) =>
      [column.name, column.type, column.filled, column.isNullable ? '' : 'not null']
        .filter(Boolean)
        .join(' '),
    ),
    ...constraints.filter(({ kind }) => kind !== 'f').map((one) => `constraint ${one.name} ${one.sql}`),
  ];
  const storage: Readonly<Record<string, string>> = { e: 'external', m: 'main', p: 'plain', x: 'extended' };
  return [
    `create table ${name} (\n  ${lines.join(',\n  ')}\n)${options}`,
    ...columns
      .filter(({ isStoredOtherwise }) => isStoredOtherwise)
      .map(
        (column) => `alter table ${name} alter column ${column.name} set storage ${storage[column.storage]}`,
      ),
  ];
}

function toStatement(text: string): string {
  return text.endsWith(';') ? text : `${text};`;
}
