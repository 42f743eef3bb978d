import { parseSync, visitorKeys } from 'oxc-parser';
import type { SourceFile } from './project-files.ts';

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
