import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findFunctionsInPorts } from './port-rules.ts';
import { listProjectFiles, readProjectFile } from './project-files.ts';
import { parseFile } from './syntax.ts';

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
  'src/platform/cache/read-cache.ts: ReadCache.get takes a function':
    'a cache of this process is asked where the value is read, and of all who ask at once one reads',
};

const read = (path: string) => {
  try {
    return parseFile({ path, text: readProjectFile(path) });
  } catch {
    return undefined;
  }
};

test('what is handed to a port is plain data', () => {
  const ports = listProjectFiles().filter((path) => /^src\/.*\bports\.ts$/.test(path));
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
      const texts: Readonly<Record<string, string>> = { 'src/ports.ts': text, 'src/o.ts': other };
      const found = findFunctionsInPorts('src/ports.ts', (path) =>
        path in texts ? parseFile({ path, text: texts[path]! }) : undefined,
      );
      assert.deepEqual(found, method === undefined ? [] : [`src/ports.ts: ${method} takes a function`]);
    });
});
