import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  isNode,
  literalText,
  nameOf,
  type ParsedFile,
  parseFile,
  readCode,
  readProjectFile,
  type SyntaxNode,
  walk,
} from './project.ts';

/** Business and platform run again from a seed, so time, chance and identity reach them as Clock, Random and Ids. */
const replayed = /^src\/(?:modules|platform)\//;
/** The environment is read once, where every error in it is reported at once. */
const readsEnvironment = /^src\/(?:main|commands|config)(?:\.ts$|\/)/;
/** Files that read it all the same, each with its reason. */
const environmentExceptions: ReadonlyMap<string, string> = new Map([
  [
    'src/adapters/embedded-postgres/run-program.ts',
    'hands the search paths on to a child; they are no setting of ours',
  ],
]);

const timers = new Set(['setTimeout', 'setInterval', 'setImmediate']);
const chances = new Set(['randomUUID', 'randomBytes', 'randomInt', 'randomFillSync', 'getRandomValues']);
const timerModules = new Set(['node:timers', 'node:timers/promises', 'timers', 'timers/promises']);

/** Calls that a file may not make where it stands, as `file:line: why`. Tests may do as they please. */
function findForbiddenCalls(file: ParsedFile): readonly string[] {
  if (!file.path.startsWith('src/') || file.path.includes('.test.')) return [];
  const isReplayed = replayed.test(file.path);
  const mayReadEnvironment = readsEnvironment.test(file.path) || environmentExceptions.has(file.path);
  const found: string[] = [];
  walk(file.program, (node, ancestors) => {
    const reason =
      (isReplayed ? hiddenInput(node, ancestors) : undefined) ??
      (mayReadEnvironment ? undefined : environmentRead(node));
    if (reason !== undefined) found.push(`${file.path}:${file.lineAt(node.start)}: ${reason}`);
  });
  return found;
}

/** Time, chance, identity or the console, taken from the air instead of from an argument. */
function hiddenInput(node: SyntaxNode, ancestors: readonly SyntaxNode[]): string | undefined {
  if (node.type === 'MemberExpression') return hiddenMember(node);
  if (node.type === 'ImportDeclaration') return hiddenImport(node);
  if (node.type === 'Identifier') return hiddenGlobal(node, ancestors);
  const isDate = nameOf(node['callee']) === 'Date';
  if (node.type === 'CallExpression' && isDate) return 'Date(): take the time from the Clock';
  if (node.type === 'NewExpression' && isDate && (node['arguments'] as readonly unknown[]).length === 0)
    return 'new Date(): take the time from the Clock';
  return undefined;
}

function hiddenMember(node: SyntaxNode): string | undefined {
  const [object, property] = [nameOf(node['object']), memberName(node)];
  if (property === undefined) return undefined;
  if (object === 'Date' && property === 'now') return 'Date.now: take the time from the Clock';
  if (object === 'Math' && property === 'random') return 'Math.random: take chance from Random';
  if (object === 'console') return `console.${property}: log through the logger that is passed in`;
  if (object === 'globalThis' && timers.has(property)) return `${property}: use the Clock's timers`;
  if ((object === 'crypto' || object === 'webcrypto') && chances.has(property))
    return `crypto.${property}: take ids from Ids and chance from Random`;
  return undefined;
}

function hiddenImport(node: SyntaxNode): string | undefined {
  const source = literalText(node['source']) ?? '';
  if (timerModules.has(source)) return `${source}: use the Clock's timers`;
  if (source !== 'node:crypto' && source !== 'crypto') return undefined;
  const names = importedNames(node).filter((name) => chances.has(name));
  return names.length === 0
    ? undefined
    : `crypto.${names.join(', ')}: take ids from Ids and chance from Random`;
}

/** A global timer by its bare name, also where it is only passed on. */
function hiddenGlobal(node: SyntaxNode, ancestors: readonly SyntaxNode[]): string | undefined {
  const name = node['name'] as string;
  if (!timers.has(name)) return undefined;
  const parent = ancestors.at(-1);
  if (parent?.type === 'ImportSpecifier') return undefined; // the import itself is judged by its source
  const isName = parent?.['property'] === node || parent?.['key'] === node;
  return isName && parent?.['computed'] !== true ? undefined : `${name}: use the Clock's timers`;
}

function environmentRead(node: SyntaxNode): string | undefined {
  const reason = 'process.env: only main, commands and config read the environment';
  if (node.type === 'MemberExpression')
    return nameOf(node['object']) === 'process' && memberName(node) === 'env' ? reason : undefined;
  if (node.type !== 'ImportDeclaration') return undefined;
  const isProcess = ['node:process', 'process'].includes(literalText(node['source']) ?? '');
  return isProcess && importedNames(node).includes('env') ? reason : undefined;
}

/** The name after the full stop or, as a text, in the brackets. */
function memberName(node: SyntaxNode): string | undefined {
  return node['computed'] === true ? literalText(node['property']) : nameOf(node['property']);
}

function importedNames(node: SyntaxNode): readonly string[] {
  return (node['specifiers'] as readonly unknown[]).flatMap((specifier) =>
    isNode(specifier) ? [nameOf(specifier['imported']) ?? ''] : [],
  );
}

function verdicts(path: string, text: string): readonly string[] {
  return findForbiddenCalls(parseFile({ path, text }));
}

test('the project takes time, chance, identity and environment only where it may', () => {
  assert.deepEqual(
    readCode().flatMap((file) => findForbiddenCalls(parseFile(file))),
    [],
  );
});

test('every exception is still needed', () => {
  for (const path of environmentExceptions.keys())
    assert.match(readProjectFile(path), /process\.env/, `${path} reads the environment no more`);
});

describe('the forbidden calls report', () => {
  const forbidden = [
    'const a = Date.now();',
    'const now = Date.now;',
    `const a = Date['now']();`,
    'const a = new Date();',
    'const a = Date();',
    'const a = Math.random();',
    'setTimeout(() => {}, 5);',
    'const timer = setInterval;',
    'run({ later: setImmediate });',
    'globalThis.setTimeout(() => {}, 5);',
    `import { setTimeout as sleep } from 'node:timers/promises';`,
    'const a = crypto.randomUUID();',
    `import { randomBytes } from 'node:crypto';`,
    `import { createHash, randomUUID as id } from 'node:crypto';`,
    `console.log('x');`,
    'const a = process.env.PORT;',
    'const { PORT } = process.env;',
    `const a = process['env'];`,
    `import { env } from 'node:process';`,
  ];
  for (const text of forbidden)
    test(text, () => {
      for (const path of ['src/modules/payments/a.ts', 'src/platform/http/a.ts'])
        assert.equal(verdicts(path, `\n${text}`).length, 1, `${path}: ${text}`);
    });

  test('the environment anywhere but in main and config', () => {
    for (const path of ['src/app.ts', 'src/adapters/postgres/a.ts', 'src/kernel/a.ts'])
      assert.equal(verdicts(path, 'const a = process.env.PORT;').length, 1, path);
    for (const path of ['src/main.ts', 'src/config.ts', 'src/config/a.ts', 'src/app.test.ts'])
      assert.deepEqual(verdicts(path, 'const a = process.env.PORT;'), [], path);
  });

  test('the line of each', () => {
    const text = 'const a = 1;\n\nconst b = Math.random();\nconst c = Date.now();';
    const found = verdicts('src/platform/http/a.ts', text).map((verdict) => verdict.split(' ', 1)[0]);
    assert.deepEqual(found, ['src/platform/http/a.ts:3:', 'src/platform/http/a.ts:4:']);
  });
});

describe('the forbidden calls accept', () => {
  const allowed = [
    'const a = clock.now();',
    'const a = new Date(clock.now());',
    'const a = Date.parse(text);',
    'const a = Math.floor(random.float());',
    'clock.setTimeout(5);',
    'const a = { setTimeout: 5 };',
    `import { createHash } from 'node:crypto';`,
    `const a = 'Date.now()'; // Math.random()`,
    'process.on("exit", stop);',
  ];
  for (const text of allowed)
    test(text, () => {
      assert.deepEqual(verdicts('src/modules/payments/a.ts', text), []);
    });

  test('all of them where the kernel, an adapter or a test stands', () => {
    const text = 'const a = [Date.now(), Math.random(), setTimeout(run, 5), crypto.randomUUID()];';
    for (const path of [
      'src/kernel/clock.ts',
      'src/adapters/postgres/a.ts',
      'src/modules/payments/a.test.ts',
    ])
      assert.deepEqual(verdicts(path, text), [], path);
  });
});
