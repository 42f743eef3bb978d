import { readTableRules } from '../../tidy/architecture.ts';
import type { SchemaDump, SchemaTable } from './schema-dump.ts';

const INTRODUCTION = `# Schema

Printed from a database of this version by \`test/contracts/schema-docs.test.ts\`, which fails when this page or [schema.sql](schema.sql) is out of date; \`UPDATE_DOCS=1\` in its environment prints both again. The files that make the schema, with comments, are \`src/adapters/postgres/*/schema.sql\`; \`src/adapters/postgres/migrate.ts\` runs them.

A solid line is a foreign key. A dashed line is a reference without one, since the table takes too many writes: \`npm run cli -- check\` verifies it.
`;

/** docs/schema.md: for each module its tables, and what they refer to. */
export function renderSchemaPage({ tables }: SchemaDump, architecture: string): string {
  const rules = readTableRules(architecture);
  const owners = [...new Set([...rules.values()].map(({ owner }) => owner))];
  const sections = owners.map((owner) => {
    const own = tables.filter(({ name }) => rules.get(name)?.owner === owner);
    return `## ${owner}\n\n${renderDiagram(own, tables)}`;
  });
  return [INTRODUCTION, ...sections].join('\n');
}

function renderDiagram(own: readonly SchemaTable[], all: readonly SchemaTable[]): string {
  const relations = own.flatMap((table) => referencesOf(table, all));
  const lines = [...relations, ...own.flatMap(renderTable)];
  return ['```mermaid', 'erDiagram', ...lines.map((line) => `  ${line}`), '```', ''].join('\n');
}

function renderTable({ name, columns, foreignKeys }: SchemaTable): readonly string[] {
  const rows = columns.map((column) => {
    const keys = [
      column.isKey ? 'PK' : '',
      foreignKeys.some((key) => key.column === column.name) ? 'FK' : '',
    ];
    const marks = keys.filter((key) => key !== '').join(', ');
    const type = column.type.replace('timestamp with time zone', 'timestamptz');
    return [`  ${type}`, column.name, marks, column.isNullable ? '"may be null"' : '']
      .filter(Boolean)
      .join(' ');
  });
  return [`${name} {`, ...rows, '}'];
}

function referencesOf(table: SchemaTable, all: readonly SchemaTable[]): readonly string[] {
  return table.columns.flatMap((column) => {
    const key = table.foreignKeys.find((one) => one.column === column.name);
    const target = key?.table ?? all.find(({ name }) => name === tableNamedBy(column.name))?.name;
    if (target === undefined) return [];
    const count = column.isKey && table.columns.filter(({ isKey }) => isKey).length === 1 ? 'o|' : 'o{';
    return [
      `${target} ${column.isNullable ? '|o' : '||'}${key ? '--' : '..'}${count} ${table.name} : ${column.name}`,
    ];
  });
}

/** `account_id` and `checked_in_by` name accounts, `reservation_id` a reservation. */
function tableNamedBy(column: string): string | undefined {
  if (column.endsWith('_by')) return 'account';
  return column.endsWith('_id') ? column.slice(0, -'_id'.length) : undefined;
}
