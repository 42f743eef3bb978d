import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync, visitorKeys } from 'oxc-parser';

/** The root of the repository, absolute, without a trailing separator. */
export const repositoryRoot: string = path.resolve(import.meta.dirname, '../..');

export type SourceFile = {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
};

/** Kept by tools, not by us: their names and texts follow other rules. */
const outsideTheHouse = new Set(['.git']);

/**
 * Paths of everything that is committed or would be: the whole tree less what .gitignore names.
 * It walks instead of asking git, because the tests also run where there is no repository (an image, an archive).
 */
export function listProjectFiles(root: string = repositoryRoot): readonly string[] {
  const isIgnored = createIgnore(readFileSync(path.join(root, '.gitignore'), 'utf8'));
  const found: string[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      if (outsideTheHouse.has(entry.name) || isIgnored(entry.name, entry.isDirectory())) continue;
      const entryPath = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) visit(entryPath);
      else if (entry.isFile()) found.push(entryPath);
    }
  };
  visit('');
  return found.toSorted();
}

/**
 * Reads the forms of pattern that our .gitignore uses: a name for files and folders, with a slash at its end for folders
 * alone, and with stars for any run of characters. Any other form throws, so that nobody adds one that this misreads.
 */
export function createIgnore(gitignore: string): (name: string, isFolder: boolean) => boolean {
  const ofFolders: RegExp[] = [];
  const ofBoth: RegExp[] = [];
  for (const raw of gitignore.split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (!/^[\w.*-]+\/?$/.test(line) || line.includes('**'))
      throw new Error(`.gitignore: the house's tests cannot read the pattern "${line}"`);
    const pattern = line.replace(/\/$/, '').replaceAll('.', '\\.').replaceAll('*', '.*');
    (line.endsWith('/') ? ofFolders : ofBoth).push(new RegExp(`^${pattern}$`));
  }
  return (name, isFolder) =>
    [...ofBoth, ...(isFolder ? ofFolders : [])].some((pattern) => pattern.test(name));
}

/** The text of a file of the project; the path is relative to the root. */
export function readProjectFile(file: string): string {
  return readFileSync(path.join(repositoryRoot, file), 'utf8');
}

const codeFile = /\.(?:ts|tsx|mjs)$/;
const codeFolder = /^(?:src|test|lab|traffic|web|scripts)\//;

/** Every file of TypeScript or JavaScript that we write, with its text. */
export function readCode(files: readonly string[] = listProjectFiles()): readonly SourceFile[] {
  return files
    .filter((file) => codeFolder.test(file) && codeFile.test(file))
    .map((file) => ({ path: file, text: readProjectFile(file) }));
}

/** A node of the ESTree that the parser yields; what else it holds depends on its type. */
export type SyntaxNode = {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
};

export type ParsedFile = SourceFile & {
  readonly program: SyntaxNode;
  /** The line, from 1, that holds a character offset. */
  lineAt(offset: number): number;
};

/**
 * Parses one file. TypeScript 7 has no interface for programs, so the parser is oxc's, which the linter uses as well.
 * Throws on text that is not valid: a rule that skipped what it could not read would be no rule.
 */
export function parseFile(file: SourceFile): ParsedFile {
  const result = parseSync(file.path, file.text, { preserveParens: false });
  const [fault] = result.errors;
  if (fault !== undefined) throw new Error(`${file.path}: ${fault.message}`);
  return { ...file, program: result.program as unknown as SyntaxNode, lineAt: createLineIndex(file.text) };
}

/** Parses a file by its path; undefined where there is none. */
export type ReadParsed = (file: string) => ParsedFile | undefined;

/** Of the files with these texts; of the project where none are given. */
export function parsedReader(texts?: Readonly<Record<string, string>>): ReadParsed {
  const known = new Set(texts ? Object.keys(texts) : listProjectFiles());
  return (file) =>
    known.has(file) ? parseFile({ path: file, text: texts?.[file] ?? readProjectFile(file) }) : undefined;
}

/** The path that a relative specifier of an import stands for; undefined for that of a package. */
export function targetOf(from: string, specifier: string): string | undefined {
  return /^\.{1,2}(?:\/|$)/.test(specifier)
    ? path.posix.join(path.posix.dirname(from), specifier)
    : undefined;
}

/** Calls `enter` for every node, parents first; `ancestors` runs from the program to the parent. */
export function walk(
  root: SyntaxNode,
  enter: (node: SyntaxNode, ancestors: readonly SyntaxNode[]) => void,
): void {
  const ancestors: SyntaxNode[] = [];
  const visit = (node: SyntaxNode): void => {
    enter(node, ancestors);
    ancestors.push(node);
    for (const key of visitorKeys[node.type] ?? []) {
      const child = node[key];
      for (const each of Array.isArray(child) ? child : [child]) if (isNode(each)) visit(each);
    }
    ancestors.pop();
  };
  visit(root);
}

/** Tells whether a field of a node is itself a node. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** The text of a string literal, or of a template without holes. */
export function literalText(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Literal' && typeof node['value'] === 'string') return node['value'];
  if (node.type !== 'TemplateLiteral') return undefined;
  const quasis = node['quasis'] as readonly { value: { cooked: string } }[];
  return quasis.length === 1 ? quasis[0]?.value.cooked : undefined;
}

/** The name of an identifier, or of a key written as a string. */
export function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Identifier' || node.type === 'PrivateIdentifier') return node['name'] as string;
  return literalText(node);
}

function createLineIndex(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}

/** The text under a heading of level two, up to the next one; throws if there is no such heading. */
export function sectionOf(markdown: string, heading: string): string {
  const lines = markdown.split('\n');
  const start = lines.indexOf(`## ${heading}`);
  if (start === -1) throw new Error(`there is no section "${heading}"`);
  const end = lines.findIndex((line, index) => index > start && line.startsWith('## '));
  return lines.slice(start + 1, end === -1 ? undefined : end).join('\n');
}

/** The rows of every table in a text that has the given columns, each as its cells, trimmed. */
export function tableRows(markdown: string, columns: readonly string[]): readonly (readonly string[])[] {
  const rows: (readonly string[])[] = [];
  let isInTable = false;
  for (const line of markdown.split('\n')) {
    const cells = line.startsWith('|') ? splitRow(line) : undefined;
    if (cells === undefined) isInTable = false;
    else if (cells.join('|') === columns.join('|')) isInTable = true;
    else if (isInTable && !cells.every((cell) => /^:?-+:?$/.test(cell))) rows.push(cells);
  }
  return rows;
}

/** A bar inside a cell is written `\|`. */
function splitRow(line: string): readonly string[] {
  return line
    .trim()
    .replace(/^\|/, '')
    .replace(/\|$/, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

/** Everything in backticks in a cell, in order. */
export function quotedCode(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}

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
