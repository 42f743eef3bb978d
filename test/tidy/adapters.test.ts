import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findTableViolations, readTableRules, tableFolderOf, tableUses } from './architecture.ts';
import {
  isNode,
  listProjectFiles,
  literalText,
  nameOf,
  type ParsedFile,
  parsedReader,
  parseFile,
  type ReadParsed,
  readCode,
  readProjectFile,
  type SyntaxNode,
  targetOf,
  walk,
} from './project.ts';

const rules = readTableRules(readProjectFile('ARCHITECTURE.md'));
const tables = [...rules.keys()];
const paths = listProjectFiles();
const uses = readCode(paths)
  .filter(({ path: file }) => /^src\/.*(?<!\.test)\.ts$/.test(file))
  .flatMap((file) => tableUses(parseFile(file), tables));

/** The files of the schema, and the tables and views that each makes. */
function schemas(): readonly { readonly file: string; readonly names: readonly string[] }[] {
  return paths
    .filter((file) => /^src\/adapters\/postgres\/.*\.sql$/.test(file))
    .map((file) => ({
      file,
      names: [...readProjectFile(file).matchAll(/^create (?:unlogged )?(?:table|view) (\w+)/gim)].map(
        ([, name = '']) => name,
      ),
    }));
}

describe('tables', () => {
  test('of the schema have an owner in ARCHITECTURE.md, and no other has', () => {
    const made = schemas().flatMap(({ names }) => names);
    assert.deepEqual(new Set(tables), new Set(made));
  });

  test('are made by the schema of their owner', () => {
    const misplaced = schemas().flatMap(({ file, names }) =>
      names
        .filter((name) => rules.get(name)?.owner !== tableFolderOf(file))
        .map((name) => `${name}: ${file}`),
    );
    assert.deepEqual(misplaced, []);
  });

  test('are named by the statements of their owner alone, but for what is listed', () => {
    assert.deepEqual(findTableViolations(uses, rules), []);
  });

  test('are named wherever the list says so', () => {
    const named = new Set(uses.map(({ file, table }) => `${table} by ${tableFolderOf(file)}`));
    const listed = [...rules].flatMap(([table, { others }]) => others.map((other) => `${table} by ${other}`));
    assert.deepEqual(
      listed.filter((one) => !named.has(one)),
      [],
    );
  });
});

describe('the reader of statements', () => {
  const file = (text: string, at = 'src/adapters/postgres/points/a.ts') => parseFile({ path: at, text });
  const violations = (text: string, at?: string) =>
    findTableViolations(tableUses(file(text, at), tables), rules);

  test('finds a table of somebody else in a text and in a template', () => {
    assert.equal(violations(`const a = 'select 1 from ticket where true';`).length, 1);
    assert.equal(violations('const a = `update  seat_hold c set epoch = ${1}`;').length, 1);
    assert.equal(violations(`const a = 'delete from only firstcome.venue';`).length, 1);
  });

  test('finds statements outside of the adapters', () => {
    assert.equal(violations(`const a = 'select 1 from point_entry';`, 'src/app/a.ts').length, 1);
  });

  test('leaves own tables, comments and other words alone', () => {
    assert.deepEqual(violations(`const a = 'select 1 from point_entry'; // from ticket`), []);
    assert.deepEqual(violations(`const a = 'the ticket is void';`), []);
  });
});

/** A type of a file, by its name. */
type Declared = { readonly file: ParsedFile; readonly type: SyntaxNode };

/**
 * Methods of ports that take a function, in a parameter or anywhere in the types that it is made of, as `file: Port.method
 * takes a function`. What is handed down is to be data, so that another process or another language can stand behind a
 * port. What a port gives back is not looked at: a subscription has a way to stop it.
 */
function findFunctionsInPorts(ports: string, read: ReadParsed): readonly string[] {
  const file = read(ports);
  if (!file) throw new Error(`${ports} cannot be read`);
  const found: string[] = [];
  for (const [name, type] of declaredIn(file)) {
    const methods = isFunctionType(type) ? [[name, type] as const] : methodsOf(name, type);
    for (const [method, signature] of methods) {
      const parameters = signature['params'] as readonly SyntaxNode[];
      if (parameters.some((parameter) => holdsFunction({ file, type: parameter }, read, new Set())))
        found.push(`${ports}: ${method} takes a function`);
    }
  }
  return found;
}

/** Those of a type and of the objects that it is put together from where they stand in it. */
function methodsOf(name: string, type: SyntaxNode): readonly (readonly [string, SyntaxNode])[] {
  const parts = type.type === 'TSIntersectionType' ? (type['types'] as readonly SyntaxNode[]) : [type];
  return parts.flatMap((part) =>
    part.type === 'TSTypeLiteral'
      ? (part['members'] as readonly SyntaxNode[])
          .filter((member) => member.type === 'TSMethodSignature')
          .map((member) => [`${name}.${nameOf(member['key']) ?? ''}`, member] as const)
      : [],
  );
}

function declaredIn(file: ParsedFile): ReadonlyMap<string, SyntaxNode> {
  const declared = new Map<string, SyntaxNode>();
  walk(file.program, (node) => {
    const [name, type] = [nameOf(node['id']), node['typeAnnotation']];
    if (node.type === 'TSTypeAliasDeclaration' && name !== undefined && isNode(type))
      declared.set(name, type);
  });
  return declared;
}

const isFunctionType = ({ type }: SyntaxNode): boolean => type === 'TSFunctionType';

function holdsFunction({ file, type }: Declared, read: ReadParsed, seen: Set<string>): boolean {
  let holds = false;
  walk(type, (node) => {
    if (holds) return;
    holds = isFunctionType(node) || node.type === 'TSMethodSignature';
    const name = node.type === 'TSTypeReference' ? nameOf(node['typeName']) : undefined;
    if (holds || name === undefined || seen.has(`${file.path} ${name}`)) return;
    seen.add(`${file.path} ${name}`);
    const named = find(file, name, read);
    if (named) holds = holdsFunction(named, read, seen);
  });
  return holds;
}

/** The type that a name stands for in a file; undefined for those of the language and of packages. */
function find(file: ParsedFile, name: string, read: ReadParsed): Declared | undefined {
  const own = declaredIn(file).get(name);
  if (own) return { file, type: own };
  for (const node of file.program['body'] as readonly SyntaxNode[]) {
    const path = targetOf(file.path, literalText(node['source']) ?? '');
    if (path === undefined) continue;
    const specifier = ((node['specifiers'] ?? []) as readonly SyntaxNode[]).find(
      (one) => nameOf(one['local']) === name || nameOf(one['exported']) === name,
    );
    if (!specifier) continue;
    const target = read(path);
    const original = nameOf(specifier['imported']) ?? nameOf(specifier['local']) ?? name;
    return target && find(target, original, read);
  }
  return undefined;
}

/** Ports of the platform that stand in a file of their own. */
const PORTS_BESIDE = [
  'src/platform/auth/tokens/key-store.ts',
  'src/platform/cache/read-cache.ts',
  'src/platform/events/feed.ts',
  'src/platform/lease/lease.ts',
  'src/platform/limits/limits.ts',
  'src/platform/live/fan-out.ts',
];

/** What crosses a port as a function all the same, and why. */
const ALLOWED: Readonly<Record<string, string>> = {
  'src/platform/events/feed.ts: EventFeed.subscribe takes a function': 'a subscription',
  'src/platform/events/feed.ts: EventFeed.follow takes a function': 'a subscription',
  'src/platform/live/fan-out.ts: FanOut.receive takes a function': 'a subscription',
  'src/platform/events/ports.ts: ProgressStore.advance takes a function':
    'the effect of a subscription happens in the transaction that saves its progress',
  'src/platform/events/ports.ts: ParkedEvents.attempt takes a function':
    'a part of that effect is undone alone where it fails',
  'src/modules/dead-letters/ports.ts: RedriveWork.step takes a function':
    'the effect of a subscription happens in the transaction that takes the event out of the store',
  'src/modules/dead-letters/ports.ts: RedriveWork.tryOut takes a function': 'the same, rolled back',
  'src/platform/cache/read-cache.ts: ReadCache.get takes a function':
    'a cache of this process is asked where the value is read, and of all who ask at once one reads',
};

test('what is handed to a port is plain data', () => {
  const read = parsedReader();
  const ports = paths.filter((path) => /^src\/.*\bports\.ts$/.test(path));
  assert.ok(ports.length > 10);
  const found = [...ports, ...PORTS_BESIDE].flatMap((path) => findFunctionsInPorts(path, read));
  assert.deepEqual(
    found.filter((line) => !Object.hasOwn(ALLOWED, line)),
    [],
  );
  assert.deepEqual(
    Object.keys(ALLOWED).filter((line) => !found.includes(line)),
    [],
    'an exception that nothing needs',
  );
});

describe('the rule of ports reports', () => {
  const cases: readonly (readonly [what: string, text: string, method: string | undefined])[] = [
    ['a function as a parameter', 'type P = { m(f: () => void): void };', 'P.m'],
    ['a function in an object', 'type P = { m(o: { a: number; f: (n: number) => string }): void };', 'P.m'],
    ['a method in an object', 'type P = { m(o: { f(): void }): void };', 'P.m'],
    [
      'a function in a type of the file',
      'type O = { f?: () => void }; type P = { m(o: readonly O[]): void };',
      'P.m',
    ],
    [
      'a function in a type of another file',
      "import type { O } from './o.ts'; type P = { m(o: O): void };",
      'P.m',
    ],
    [
      'a type of another file that is plain',
      "import type { D } from './o.ts'; type P = { m(o: D): void };",
      undefined,
    ],
    ['a port that is a function and takes one', 'type P = (f: () => void) => void;', 'P'],
    ['a port that is a function of data', 'type P = (n: number) => Promise<void>;', undefined],
    ['a function that is given back', 'type P = { m(n: number): { stop(): void } };', undefined],
    [
      'a port of another port',
      'type Q = { m(f: () => void): void }; type P = Q & { n(x: number): void };',
      'Q.m',
    ],
    ['a type that names itself', 'type T = { t?: T }; type P = { m(t: T): void };', undefined],
  ];
  const other = 'export type O = { f: () => void }; export type D = { n: number };';
  for (const [what, text, method] of cases)
    test(what, () => {
      const read = parsedReader({ 'src/ports.ts': text, 'src/o.ts': other });
      const found = findFunctionsInPorts('src/ports.ts', read);
      assert.deepEqual(found, method === undefined ? [] : [`src/ports.ts: ${method} takes a function`]);
    });
});
