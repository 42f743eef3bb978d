import { quotedCode, sectionOf, tableRows } from './markdown.ts';

export type LayerRule = {
  /** Layers that may be imported besides the layer itself; 'any' for the tests. */
  readonly mayImport: ReadonlySet<string> | 'any';
  /** Names of packages; a name that ends in `/*` stands for a scope. */
  readonly clientLibraries: readonly string[] | 'any';
};

export type ImportTable = ReadonlyMap<string, LayerRule>;

/** Reads the table of the section "Import rules"; throws on a cell that says neither names, nor none, nor any. */
export function readImportTable(architecture: string): ImportTable {
  const columns = ['layer', 'may import', 'client libraries'];
  const table = new Map<string, LayerRule>();
  for (const cells of tableRows(sectionOf(architecture, 'Import rules'), columns)) {
    const [layer = '', mayImport = '', libraries = ''] = cells;
    const names = readCell(mayImport);
    const [name] = quotedCode(layer);
    if (cells.length !== columns.length || name === undefined || table.has(name))
      throw new Error(`import table: cannot read the row "${cells.join(' | ')}"`);
    table.set(name, {
      mayImport: names === 'any' ? 'any' : new Set(names),
      clientLibraries: readCell(libraries),
    });
  }
  for (const [layer, rule] of table)
    for (const other of rule.mayImport === 'any' ? [] : rule.mayImport)
      if (!table.has(other)) throw new Error(`import table: "${layer}" names the unknown layer "${other}"`);
  return table;
}

function readCell(cell: string): readonly string[] | 'any' {
  if (cell === 'any') return 'any';
  if (cell === 'none') return [];
  const names = quotedCode(cell);
  if (names.length === 0 || cell !== names.map((name) => `\`${name}\``).join(', '))
    throw new Error(`import table: cannot read the cell "${cell}"`);
  return names;
}

/** The layer that a file belongs to, by its path alone. */
export function layerOf(file: string): string {
  if (/\.test\.(?:ts|tsx|mjs)$/.test(file)) return 'test';
  const [first = '', second = ''] = file.split('/');
  return first === 'src' ? second.replace(/\.(?:ts|tsx|mjs)$/, '') : first;
}

/** The module of a file under src/modules, else undefined. */
export function moduleOf(file: string): string | undefined {
  return /^src\/modules\/([^/]+)\//.exec(file)?.[1];
}
