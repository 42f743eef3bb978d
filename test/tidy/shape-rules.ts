import type { SourceFile } from './project-files.ts';
import type { ParsedFile, SyntaxNode } from './syntax.ts';
import { isNode, nameOf, walk } from './syntax.ts';

const linesPerFileMax = 300;
const linesPerFunctionMax = 70;

/** A file that a program wrote says so in one of its first lines; its length is that program's affair. */
function isGenerated(text: string): boolean {
  return text.split('\n', 5).some((line) => line.includes('@generated'));
}

/** Files above the limit, as `file: why`. */
export function findLongFiles(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, text }) => {
    const count = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
    if (count <= linesPerFileMax || isGenerated(text)) return [];
    return [`${path}: ${count} lines, at most ${linesPerFileMax}`];
  });
}

/**
 * Functions, methods and arrow functions above the limit, as `file:line: why`, counted from the first line of the
 * signature to the closing bracket. What is handed to `describe`, `test` and the like is a list of cases, not code that
 * someone must hold in mind: it is not counted, neither by itself nor as a part of the function that holds it (a
 * contract that several adapters run). Functions among the cases are counted.
 */
export function findLongFunctions(file: ParsedFile): readonly string[] {
  if (isGenerated(file.text)) return [];
  const found: string[] = [];
  const linesOf = (node: SyntaxNode): number => file.lineAt(node.end) - file.lineAt(node.start) + 1;
  walk(file.program, (node, ancestors) => {
    if (!isFunction(node) || isTestBody(node, ancestors)) return;
    const cases = testCallsIn(node).map(linesOf);
    const count = cases.reduce((rest, lines) => rest - lines, linesOf(node));
    if (count > linesPerFunctionMax)
      found.push(
        `${file.path}:${file.lineAt(node.start)}: ${functionName(node, ancestors)} has ${count} lines, at most ${linesPerFunctionMax}`,
      );
  });
  return found;
}

function isFunction(node: SyntaxNode): boolean {
  const isKind = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'].includes(node.type);
  return isKind && isNode(node['body']);
}

const testCalls = new Set(['describe', 'suite', 'test', 'it', 'before', 'after', 'beforeEach', 'afterEach']);

/** `test(…)`, `test.only(…)`, `t.test(…)` and their like. */
function isTestCall(node: SyntaxNode): boolean {
  const callee = node['callee'];
  if (node.type !== 'CallExpression' || !isNode(callee)) return false;
  if (callee.type !== 'MemberExpression') return testCalls.has(nameOf(callee) ?? '');
  return [callee['object'], callee['property']].some((part) => testCalls.has(nameOf(part) ?? ''));
}

function isTestBody(node: SyntaxNode, ancestors: readonly SyntaxNode[]): boolean {
  const call = ancestors.at(-1);
  return call !== undefined && isTestCall(call) && call['callee'] !== node;
}

/** The outermost calls of that kind that have a body; `pattern.test(text)` has none. */
function testCallsIn(root: SyntaxNode): readonly SyntaxNode[] {
  const calls: SyntaxNode[] = [];
  walk(root, (node, ancestors) => {
    if (!isFunction(node) || !isTestBody(node, ancestors)) return;
    const call = ancestors.at(-1);
    if (call !== undefined && !ancestors.some((ancestor) => calls.includes(ancestor))) calls.push(call);
  });
  return calls;
}

function functionName(node: SyntaxNode, ancestors: readonly SyntaxNode[]): string {
  const parent = ancestors.at(-1);
  return (
    nameOf(node['id']) ?? nameOf(parent?.['id']) ?? nameOf(parent?.['key']) ?? 'a function without a name'
  );
}

/** `some-words.test.ts`: lower case, hyphens between words, full stops before endings. */
const kebabCase = /^\.?[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/;

/** Names that others look for: readers at the root of a repository, and the tools that read these files. */
const givenNames =
  /^(?:[A-Z]+(?:\.[a-z]{2})?\.md|LICENSE|Dockerfile|\.github|ISSUE_TEMPLATE|PULL_REQUEST_TEMPLATE\.md)$/;

/** Files and folders whose names are not in kebab case, as `path: why`. */
export function findStrangeNames(paths: readonly string[]): readonly string[] {
  return paths
    .filter((path) => path.split('/').some((part) => !kebabCase.test(part) && !givenNames.test(part)))
    .map((path) => `${path}: the name is not in kebab case`);
}
