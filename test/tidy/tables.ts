import { quotedCode, sectionOf, tableRows } from './markdown.ts';
import { type ParsedFile, walk } from './syntax.ts';

export type TableRule = {
  /** The folder of adapters/postgres whose statements may name it. */
  readonly owner: string;
  /** Other folders that may, and files, with the reason beside them in the table. */
  readonly others: readonly string[];
};

export type TableRules = ReadonlyMap<string, TableRule>;

const FOLDER = 'src/adapters/postgres/';
/** Reads everything, on one snapshot. */
const CHECKS = 'invariants';

/** Reads the table of the section "Tables". */
export function readTableRules(architecture: string): TableRules {
  const rules = new Map<string, TableRule>();
  const columns = ['owner', 'tables', 'named elsewhere'];
  for (const [owner = '', tables = '', elsewhere = ''] of tableRows(
    sectionOf(architecture, 'Tables'),
    columns,
  )) {
    const [name = ''] = quotedCode(owner);
    for (const table of quotedCode(tables)) {
      if (rules.has(table)) throw new Error(`tables: ${table} has two owners`);
      rules.set(table, { owner: name, others: othersOf(table, elsewhere) });
    }
  }
  return rules;
}

/** `seat_hold`: `payments`, `seating`; `reservation`: … */
function othersOf(table: string, cell: string): readonly string[] {
  return cell
    .split(';')
    .map(quotedCode)
    .flatMap(([name, ...folders]) => (name === table ? folders : []));
}

export type TableUse = { readonly file: string; readonly table: string };

/** Where texts of a file name a table as SQL does. */
export function tableUses(file: ParsedFile, tables: readonly string[]): readonly TableUse[] {
  const named = new RegExp(
    `\\b(?:from|join|into|update|truncate|table)\\s+(?:only\\s+)?(?:firstcome\\.)?(${tables.join('|')})\\b`,
    'gi',
  );
  const found = new Set<string>();
  walk(file.program, (node) => {
    for (const match of textOf(node).matchAll(named)) found.add(match[1] ?? '');
  });
  return [...found].map((table) => ({ file: file.path, table }));
}

function textOf(node: { readonly type: string; readonly [field: string]: unknown }): string {
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? node['value'] : '';
  if (node.type !== 'TemplateElement') return '';
  const { raw } = node['value'] as { raw: string };
  return raw;
}

/** The folder under adapters/postgres that a file is in; empty for its own files, undefined elsewhere. */
export function tableFolderOf(file: string): string | undefined {
  if (!file.startsWith(FOLDER)) return undefined;
  const [first = '', ...rest] = file.slice(FOLDER.length).split('/');
  return rest.length === 0 ? 'core' : first;
}

/** Uses that no rule allows, in words. */
export function findTableViolations(uses: readonly TableUse[], rules: TableRules): readonly string[] {
  return uses.flatMap(({ file, table }) => {
    const folder = tableFolderOf(file);
    const rule = rules.get(table);
    if (folder === undefined) return [`${file}: names the table ${table}; SQL belongs in ${FOLDER}`];
    if (folder === CHECKS || folder === rule?.owner || rule?.others.includes(folder)) return [];
    return [`${file}: names the table ${table} of ${rule?.owner ?? 'nobody'}`];
  });
}
