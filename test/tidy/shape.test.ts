import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  isNode,
  listProjectFiles,
  nameOf,
  type ParsedFile,
  parseFile,
  readCode,
  readProjectFile,
  type SourceFile,
  type SyntaxNode,
  walk,
} from './project.ts';

const linesPerFileMax = 300;
const linesPerFunctionMax = 70;

/** A file that a program wrote says so in one of its first lines; its length is that program's affair. */
function isGenerated(text: string): boolean {
  return text.split('\n', 5).some((line) => line.includes('@generated'));
}

/** Files above the limit, as `file: why`. */
function findLongFiles(files: readonly SourceFile[]): readonly string[] {
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
function findLongFunctions(file: ParsedFile): readonly string[] {
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
function findStrangeNames(paths: readonly string[]): readonly string[] {
  return paths
    .filter((path) => path.split('/').some((part) => !kebabCase.test(part) && !givenNames.test(part)))
    .map((path) => `${path}: the name is not in kebab case`);
}

const paths = listProjectFiles();
const code = readCode(paths);

describe('the shape of the project', () => {
  test('no file of code or SQL is longer than 300 lines', () => {
    const sql = paths
      .filter((path) => path.endsWith('.sql') && path !== 'docs/schema.sql')
      .map((path) => ({ path, text: readProjectFile(path) }));
    assert.deepEqual(findLongFiles([...code, ...sql]), []);
  });

  test('no function is longer than 70 lines', () => {
    assert.deepEqual(
      code.flatMap((file) => findLongFunctions(parseFile(file))),
      [],
    );
  });

  test('every file and folder is named in kebab case', () => {
    assert.deepEqual(findStrangeNames(paths), []);
  });
});

describe('the shape rules report', () => {
  test('a file of 301 lines, and not one of 300 or one that was generated', () => {
    const file = (count: number, head = '') => ({ path: 'src/a.ts', text: `${head}${'x;\n'.repeat(count)}` });
    assert.deepEqual(findLongFiles([file(300)]), []);
    assert.deepEqual(findLongFiles([file(301)]), ['src/a.ts: 301 lines, at most 300']);
    assert.deepEqual(findLongFiles([file(400, '// @generated by x\n')]), []);
  });

  const body = (count: number) => 'x();\n'.repeat(count);
  const long = 'has 71 lines, at most 70';
  const cases: readonly (readonly [what: string, text: string, expected: readonly string[]])[] = [
    ['a function of 70 lines: no', `function f() {\n${body(68)}}`, []],
    ['a function of 71 lines', `function f() {\n${body(69)}}`, [`a.ts:1: f ${long}`]],
    ['a generator', `export async function* f() {\n${body(69)}}`, [`a.ts:1: f ${long}`]],
    ['an arrow function', `\nconst f = () => {\n${body(69)}};`, [`a.ts:2: f ${long}`]],
    ['a method', `class A {\n  m() {\n${body(69)}}\n}`, [`a.ts:2: m ${long}`]],
    ['a method of an object', `const a = { m() {\n${body(69)}} };`, [`a.ts:1: m ${long}`]],
    ['a callback', `run(() => {\n${body(69)}});`, [`a.ts:1: a function without a name ${long}`]],
    ['a contract of many cases: no', `function f() {\n test('x', () => {\n${body(99)}});\n}`, []],
    [
      'a contract with much beside its cases',
      `function f() {\n test('x', () => {\n${body(99)}});\n${body(69)}}`,
      [`a.ts:1: f ${long}`],
    ],
    ['a list of cases: no', `describe('x', () => {\n${body(99)}});`, []],
    ['a case: no', `test.only('x', async () => {\n${body(99)}});`, []],
    ['a case of a case: no', `t.test('x', async () => {\n${body(99)}});`, []],
    [
      'a function among cases',
      `describe('x', () => {\n const f = () => {\n${body(69)}};\n});`,
      [`a.ts:2: f ${long}`],
    ],
    [
      'a long text in a short function: yes',
      `const f = () => {\n\`${'\n'.repeat(69)}\`}`,
      [`a.ts:1: f ${long}`],
    ],
  ];
  for (const [what, text, expected] of cases)
    test(what, () => {
      assert.deepEqual(findLongFunctions(parseFile({ path: 'a.ts', text })), expected);
    });

  test('names in other cases, in the file and in the folder', () => {
    const strange = ['src/seatHolds.ts', 'src/seat_holds.ts', 'src/Seats/a.ts', 'docs/Notes.md', 'src/a-.ts'];
    const usual = [
      'src/seat-holds.test.ts',
      'README.ko.md',
      '.ci/run',
      '.github/ISSUE_TEMPLATE/bug.md',
      '.npmrc',
    ];
    assert.equal(findStrangeNames(strange).length, strange.length);
    assert.deepEqual(findStrangeNames(usual), []);
  });
});
