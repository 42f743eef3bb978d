import path from 'node:path';
import { isNode, nameOf, type ParsedFile, type SyntaxNode, walk } from './syntax.ts';

/**
 * The titles of the tests in a file and in the parts of suites that it imports, as patterns: what a template is filled
 * with may be anything. Left out is what does not run: `test.skip`, `test.todo`, and tests that say so in their options.
 * In a list of cases the title is the first of two, before the function that runs.
 */
export function testTitles(
  file: ParsedFile,
  read: (path: string) => ParsedFile | undefined,
): readonly RegExp[] {
  const titles: RegExp[] = [];
  const seen = new Set<string>();
  const visit = (one: ParsedFile): void => {
    if (seen.has(one.path)) return;
    seen.add(one.path);
    walk(one.program, (node) => {
      const pattern = titleOf(titleNode(node));
      if (pattern) titles.push(pattern);
      const imported = node.type === 'ImportDeclaration' ? importedPart(one.path, node) : undefined;
      const part = imported === undefined ? undefined : read(imported);
      if (part) visit(part);
    });
  };
  visit(file);
  return titles;
}

/** Parts of a suite lie beside it and are no tests of their own, such as `seat-holds.rules.ts`. */
function importedPart(from: string, node: SyntaxNode): string | undefined {
  const source = node['source'];
  const target = isNode(source) ? source['value'] : undefined;
  if (typeof target !== 'string' || !target.startsWith('.')) return undefined;
  return path.posix.join(path.posix.dirname(from), target);
}

function titleNode(node: SyntaxNode): unknown {
  if (node.type === 'CallExpression') {
    const [title, ...rest] = node['arguments'] as readonly SyntaxNode[];
    return isRunning(node['callee']) && rest.some(isFunction) && !rest.some(isLeftOut) ? title : undefined;
  }
  if (node.type !== 'ArrayExpression') return undefined;
  const [title, run, ...more] = node['elements'] as readonly (SyntaxNode | null)[];
  return run && isFunction(run) && more.length === 0 ? title : undefined;
}

/** `test(…)`, `it(…)`, and `t.test(…)` of a part of a test. */
function isRunning(callee: unknown): boolean {
  if (!isNode(callee)) return false;
  const name = callee.type === 'MemberExpression' ? nameOf(callee['property']) : nameOf(callee);
  return name === 'test' || name === 'it';
}

function isFunction({ type }: SyntaxNode): boolean {
  return type === 'ArrowFunctionExpression' || type === 'FunctionExpression';
}

/** Options that keep a test from running whatever happens. */
function isLeftOut(node: SyntaxNode): boolean {
  if (node.type !== 'ObjectExpression') return false;
  return (node['properties'] as readonly SyntaxNode[]).some((property) => {
    const value = property['value'];
    const isAlways = isNode(value) && value.type === 'Literal' && value['value'] !== false;
    return ['skip', 'todo'].includes(nameOf(property['key']) ?? '') && isAlways;
  });
}

function titleOf(node: unknown): RegExp | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Literal' && typeof node['value'] === 'string') return exactly([node['value']]);
  if (node.type !== 'TemplateLiteral') return undefined;
  return exactly(
    (node['quasis'] as readonly { readonly value: { readonly cooked: string } }[]).map(
      ({ value }) => value.cooked,
    ),
  );
}

function exactly(parts: readonly string[]): RegExp {
  const escaped = parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${escaped.join('.+')}$`, 's');
}
