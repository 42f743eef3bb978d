import type { ParsedFile, SyntaxNode } from './syntax.ts';
import { isNode, literalText, nameOf, walk } from './syntax.ts';

/** Business and platform run again from a seed, so time, chance and identity reach them as Clock, Random and Ids. */
const replayed = /^src\/(?:modules|platform)\//;
/** The environment is read once, where every error in it is reported at once. */
const readsEnvironment = /^src\/(?:main|commands|config)(?:\.ts$|\/)/;
/** Files that read it all the same, each with its reason. */
export const environmentExceptions: ReadonlyMap<string, string> = new Map([
  [
    'src/adapters/embedded-postgres/run-program.ts',
    'hands the search paths on to a child; they are no setting of ours',
  ],
]);

const timers = new Set(['setTimeout', 'setInterval', 'setImmediate']);
const chances = new Set(['randomUUID', 'randomBytes', 'randomInt', 'randomFillSync', 'getRandomValues']);
const timerModules = new Set(['node:timers', 'node:timers/promises', 'timers', 'timers/promises']);

/** Calls that a file may not make where it stands, as `file:line: why`. Tests may do as they please. */
export function findForbiddenCalls(file: ParsedFile): readonly string[] {
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
