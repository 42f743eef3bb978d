import {
  type ImportTable,
  isNode,
  type LayerRule,
  layerOf,
  literalText,
  moduleOf,
  nameOf,
  type ParsedFile,
  quotedCode,
  type SyntaxNode,
  sectionOf,
  tableRows,
  targetOf,
  walk,
} from './project.ts';

/** One way in which a file names another, or a package. */
export type ImportEdge = {
  readonly from: string;
  readonly line: number;
  /** As written; undefined when it is computed at run time. */
  readonly specifier: string | undefined;
  /** Path from the root of the repository for a relative specifier. */
  readonly target: string | undefined;
  /** Name of the package for a bare specifier; undefined for Node's own modules. */
  readonly packageName: string | undefined;
};

/**
 * Every import of a file: `import`, `export … from`, `import()`, `import('…').Type`, `require`, `import.meta.resolve`,
 * and `new URL('./x.ts', import.meta.url)`, which is how a worker is named.
 */
export function importsOf(file: ParsedFile): readonly ImportEdge[] {
  const edges: ImportEdge[] = [];
  walk(file.program, (node) => {
    const source = importSource(node);
    if (source === undefined) return;
    edges.push(toEdge(file, node, literalText(source)));
  });
  return edges;
}

function importSource(node: SyntaxNode): unknown {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return node['source'];
    case 'ExportNamedDeclaration':
      return node['source'] ?? undefined;
    case 'TSExternalModuleReference':
      return node['expression'];
    case 'CallExpression':
      return calledSource(node);
    case 'NewExpression':
      return nameOf(node['callee']) === 'URL' ? codeBeside(node) : undefined;
    default:
      return undefined;
  }
}

/** What `require` loads, and what `import.meta.resolve` looks up by a fixed name; a computed look-up loads nothing. */
function calledSource(call: SyntaxNode): unknown {
  const callee = call['callee'];
  if (!isNode(callee)) return undefined;
  if (callee.type === 'Identifier') return callee['name'] === 'require' ? firstArgument(call) : undefined;
  if (callee.type !== 'MemberExpression' || nameOf(callee['property']) !== 'resolve') return undefined;
  const isMeta = isNode(callee['object']) && callee['object'].type === 'MetaProperty';
  const first = firstArgument(call);
  return isMeta && literalText(first) !== undefined ? first : undefined;
}

function firstArgument(call: SyntaxNode): unknown {
  return (call['arguments'] as readonly unknown[])[0];
}

/** The first argument of `new URL` where it names a file of code; a URL of data is no import. */
function codeBeside(call: SyntaxNode): unknown {
  const first = firstArgument(call);
  const text = literalText(first);
  return text !== undefined && /^\.{1,2}\/.*\.(?:ts|tsx|mjs)$/.test(text) ? first : undefined;
}

function toEdge(file: ParsedFile, node: SyntaxNode, specifier: string | undefined): ImportEdge {
  const target = specifier === undefined ? undefined : targetOf(file.path, specifier);
  return {
    from: file.path,
    line: file.lineAt(node.start),
    specifier,
    target,
    packageName: target !== undefined || specifier === undefined ? undefined : toPackageName(specifier),
  };
}

function toPackageName(specifier: string): string | undefined {
  if (specifier.startsWith('node:')) return undefined;
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
}

/** What an import does against the table, as `file:line: why`; an empty list if nothing. */
export function findImportViolations(edges: readonly ImportEdge[], table: ImportTable): readonly string[] {
  return edges.flatMap((edge) =>
    reasonsAgainst(edge, table).map((reason) => `${edge.from}:${edge.line}: ${reason}`),
  );
}

function reasonsAgainst(edge: ImportEdge, table: ImportTable): readonly string[] {
  const layer = layerOf(edge.from);
  const rule = table.get(layer);
  if (rule === undefined) return [`belongs to no layer of the import table ("${layer}")`];
  if (rule.mayImport === 'any') return [];
  if (edge.target !== undefined) return reasonsAgainstFile(edge.from, edge.target, layer, rule);
  if (edge.packageName !== undefined) return reasonsAgainstPackage(edge.packageName, layer, table);
  return edge.specifier === undefined ? ['imports what is computed at run time'] : [];
}

function reasonsAgainstFile(from: string, target: string, layer: string, rule: LayerRule): readonly string[] {
  const targetLayer = layerOf(target);
  if (rule.mayImport === 'any') return [];
  if (targetLayer !== layer && !rule.mayImport.has(targetLayer))
    return [`"${layer}" may not import "${targetLayer}" (${target})`];
  const targetModule = moduleOf(target);
  const isForeign = layer === 'modules' && targetModule !== undefined && targetModule !== moduleOf(from);
  return isForeign && target !== `src/modules/${targetModule}/index.ts`
    ? [`imports the module "${targetModule}" past its index.ts (${target})`]
    : [];
}

function reasonsAgainstPackage(packageName: string, layer: string, table: ImportTable): readonly string[] {
  const isClientLibrary = [...table.values()].some((rule) => permits(rule.clientLibraries, packageName));
  const own = table.get(layer)?.clientLibraries ?? [];
  if (!isClientLibrary || own === 'any' || permits(own, packageName)) return [];
  return [`"${layer}" may not use the client library ${packageName}`];
}

function permits(libraries: readonly string[] | 'any', packageName: string): boolean {
  if (libraries === 'any') return false;
  return libraries.some(
    (library) =>
      library === packageName || (library.endsWith('/*') && packageName.startsWith(library.slice(0, -1))),
  );
}

export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** Builds a graph from pairs; an edge of a node to itself counts as a cycle of one. */
export function toGraph(pairs: Iterable<readonly [from: string, to: string]>): Graph {
  const graph = new Map<string, Set<string>>();
  for (const [from, to] of pairs) {
    const targets = graph.get(from) ?? new Set();
    graph.set(from, targets.add(to));
    if (!graph.has(to)) graph.set(to, new Set());
  }
  return graph;
}

/**
 * The sets of nodes that reach each other, each sorted; a graph without cycles yields none.
 * R. Tarjan, "Depth-First Search and Linear Graph Algorithms", SIAM J. Computing 1(2), 1972.
 */
export function findCycles(graph: Graph): readonly (readonly string[])[] {
  const index = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const cycles: (readonly string[])[] = [];

  const connect = (node: string): number => {
    const own = index.size;
    let low = own;
    index.set(node, own);
    stack.push(node);
    onStack.add(node);
    for (const next of graph.get(node) ?? []) {
      const seen = index.get(next);
      if (seen === undefined) low = Math.min(low, connect(next));
      else if (onStack.has(next)) low = Math.min(low, seen);
    }
    if (low === own) closeComponent(node);
    return low;
  };

  const closeComponent = (root: string): void => {
    const component = stack.splice(stack.lastIndexOf(root));
    for (const node of component) onStack.delete(node);
    if (component.length > 1 || graph.get(root)?.has(root)) cycles.push(component.toSorted());
  };

  for (const node of graph.keys()) if (!index.has(node)) connect(node);
  return cycles;
}

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
