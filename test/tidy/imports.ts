import path from 'node:path';
import type { ParsedFile, SyntaxNode } from './syntax.ts';
import { isNode, literalText, nameOf, walk } from './syntax.ts';

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
  const isRelative = specifier !== undefined && /^\.{1,2}(?:\/|$)/.test(specifier);
  return {
    from: file.path,
    line: file.lineAt(node.start),
    specifier,
    target: isRelative ? path.posix.join(path.posix.dirname(file.path), specifier) : undefined,
    packageName: isRelative || specifier === undefined ? undefined : toPackageName(specifier),
  };
}

function toPackageName(specifier: string): string | undefined {
  if (specifier.startsWith('node:')) return undefined;
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
}
